/** Whether a process that was noted down earlier is still the same one: proc_pid_stat(5). */
import { readIfThere, readText } from "../core/files.ts";

/** A pid means something only together with its start time and the boot that counts it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, as decimal text. */
  readonly start_time: string;
  readonly boot_id: string;
}

/** This boot's name: a pid and a start time of another boot say nothing. */
export function bootId(): string {
  return readText("/proc/sys/kernel/random/boot_id").trim();
}

/** The calling process. */
export function ownIdentity(): ProcessIdentity {
  const stat = readStat(process.pid);
  return { pid: process.pid, start_time: stat?.startTime ?? "", boot_id: bootId() };
}

/** Whether it runs: not ended, not a zombie that nobody has waited for yet. */
export function isAlive(identity: ProcessIdentity): boolean {
  return liveStartTime(identity.pid) === identity.start_time && bootId() === identity.boot_id;
}

/** When a process or thread was started, if it runs: clock ticks since boot, as decimal text. */
export function liveStartTime(pid: number): string | undefined {
  const { state, startTime } = readStat(pid) ?? {};
  return state === "Z" || state === "X" ? undefined : startTime;
}

/** Clock ticks in a second, as /proc counts them on every architecture (USER_HZ). */
const ticksPerSecond = 100;

/** When a process was started, in milliseconds since the boot: no matter how the clock was set. */
export function bootMs(startTime: string): number {
  return (Number(startTime) * 1000) / ticksPerSecond;
}

/** For how long a process that runs has run; bpm itself began just now. */
export function runningMs({ start_time }: ProcessIdentity): number {
  return Math.max(0, bootMs(ownIdentity().start_time) - bootMs(start_time));
}

function readStat(pid: number): { state: string; startTime: string } | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name, field 2, may hold spaces and parentheses; what follows its last one does not.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, startTime] = [fields[0], fields[19]];
  return state === undefined || startTime === undefined ? undefined : { state, startTime };
}
