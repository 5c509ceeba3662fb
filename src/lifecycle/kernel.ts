/**
 * Whether a process that was noted down earlier is still the same one: proc_pid_stat(5).
 *
 * Bun.file, here and in state.ts, because `bpm pid` is asked in loops and node:fs costs 3 ms at
 * start.
 */
import { isSystemError } from "../report/errors.ts";

/** A pid means something only together with its start time and the boot that counts it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, as decimal text. */
  readonly start_time: string;
  readonly boot_id: string;
}

/** This boot's name: a pid and a start time of another boot say nothing. */
export async function bootId(): Promise<string> {
  return (await Bun.file("/proc/sys/kernel/random/boot_id").text()).trim();
}

/** The calling process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const stat = await readStat(process.pid);
  return { pid: process.pid, start_time: stat?.startTime ?? "", boot_id: await bootId() };
}

/** Whether it runs: not ended, not a zombie that nobody has waited for yet. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const stat = await readStat(identity.pid);
  return stat !== undefined && stat.startTime === identity.start_time
    && stat.state !== "Z" && stat.state !== "X" && await bootId() === identity.boot_id;
}

async function readStat(pid: number): Promise<{ state: string; startTime: string } | undefined> {
  const text = await readIfThere(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name, field 2, may hold spaces and parentheses; what follows its last one does not.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, startTime] = [fields[0], fields[19]];
  return state === undefined || startTime === undefined ? undefined : { state, startTime };
}

/** What reading fails with when a file, a process or a cgroup has gone. */
const gone: readonly string[] = ["ENOENT", "ENOTDIR", "ESRCH", "ENODEV"];

/** The file's text, or undefined where it, or what it is about, is gone. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Bun.file(path).text();
  } catch (error) {
    if (isSystemError(error) && gone.includes(error.code)) return undefined;
    throw error;
  }
}
