/** strace(1), at work on tasks that run already. */
import { BpmError } from "../report/errors.ts";

/** How long strace gets to let go of what it traces, in milliseconds. */
const patience = 2_000;

/** An exit status, or the signal that has ended it. */
export type Ended = number | NodeJS.Signals;

export class Strace {
  readonly ended: Promise<Ended>;
  readonly #child: Bun.Subprocess;

  /**
   * Attaches to the processes of these threads. What it says goes to standard error. Throws a
   * BpmError where there is no strace.
   */
  constructor(tids: readonly number[]) {
    const targets = tids.flatMap((tid) => ["-p", String(tid)]);
    const child = Bun.spawn([...program(), "-s", "100", "-f", "-y", "-yy", ...targets], {
      stdio: ["ignore", "ignore", "inherit"],
      // What is typed at the terminal is for bpm, which passes on what is meant for strace:
      // suspended, it would keep the job from going on.
      detached: true,
    });
    this.#child = child;
    this.ended = child.exited.then((status) => child.signalCode ?? status);
  }

  get pid(): number {
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** It detaches; but an uninterruptible task, which does not let it, is not waited for. */
  end(): void {
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.kill(), patience);
    void this.ended.then(() => clearTimeout(timer));
  }

  /** The kernel itself lets go of what a tracer has left (ptrace(2)). */
  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

/** setpriv(1), which all of Debian has, ties it to bpm: whatever ends bpm, strace does not stay. */
function program(): string[] {
  if (Bun.which("strace") === null) {
    throw new BpmError("no-strace", "strace is not installed, or in no directory of PATH", {
      hint: "Install it: apt-get install strace",
    });
  }
  const setpriv = Bun.which("setpriv");
  return setpriv === null ? ["strace"] : [setpriv, "--pdeathsig", "KILL", "--", "strace"];
}
