/** Names and numbers of signals: signal(7), as x86-64 and arm64 number them. */

/** The index is the number. */
const directoryNames = (
  "- HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP " +
  "TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
).split(" ");

/** `SIGKILL` for 9; a signal without a name, as the real-time ones, stays a number. */
export function signalName(number: number): string {
  const name = directoryNames[number] ?? "-";
  return name === "-" ? `signal ${number}` : `SIG${name}`;
}

/** 15 for `TERM`. Throws for what is no signal's name. */
export function signalNumber(name: string): number {
  const number = directoryNames.indexOf(name);
  if (number <= 0) throw new RangeError(`no signal is named ${name}`);
  return number;
}
