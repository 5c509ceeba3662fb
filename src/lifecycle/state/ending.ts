/** How a process that is gone has ended, as its init has noted down in exit.json. */
import type { ProcessPaths } from "../../bosh/process-paths.ts";
import type { CgroupRef, ExitRecord } from "../../core/documents.ts";
import { readIfThere } from "../../core/files.ts";
import { bootId, bootMs } from "../../host/process.ts";
import { durationText } from "../../report/quantities.ts";
import { signalName } from "../../report/signal.ts";
import { readJsonFile } from "./json-file.ts";
import { exitFile, type ProcessState } from "./state.ts";

export interface Ending {
  /** Null for a process that a signal ended, and where nobody was left to note it down. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Whether the kernel has killed something of it because its memory limit was reached. */
  readonly outOfMemory: boolean;
  /** When, in milliseconds since 1970, and after how long; null where nobody noted it down. */
  readonly endedMs: number | null;
  readonly ranMs: number | null;
  /** All of it in a few words. */
  readonly reason: string;
}

/** Of a process whose state is damaged. */
const unreadable: Ending = {
  exitCode: null,
  signal: null,
  outOfMemory: false,
  endedMs: null,
  ranMs: null,
  reason: "what was noted down of it cannot be read",
};

/** How the process, which must be gone, has ended; of a state that is damaged there is none. */
export function readEnding(paths: ProcessPaths, state: ProcessState | undefined): Ending {
  if (state === undefined) return unreadable;
  const record = readExitRecord(paths.stateDir.external());
  return record === undefined ? unrecorded(state) : recorded(record, state);
}

/** The same as data of a line in bpm.log. */
export function endingData(
  paths: ProcessPaths,
  state: ProcessState | undefined,
): Record<string, string> {
  const { reason, endedMs, ranMs } = readEnding(paths, state);
  return {
    reason,
    ...(endedMs !== null && { ended: new Date(endedMs).toISOString() }),
    ...(ranMs !== null && { after: durationText(ranMs) }),
  };
}

/** Whether the main process has ended; the init may still be about to follow it. */
export function hasEnded(stateDirectory: string): boolean {
  return readExitRecord(stateDirectory) !== undefined;
}

/** The clock may have been set meanwhile, so it is asked only where nothing better is known. */
function ranMs(record: ExitRecord, { created, start_time, status }: ProcessState): number {
  const { ended_ms, ended_boot_ms = 0 } = record;
  if (ended_boot_ms === 0 || status !== "running") return ended_ms - Date.parse(created);
  return Math.max(0, ended_boot_ms - bootMs(start_time));
}

function recorded(record: ExitRecord, state: ProcessState): Ending {
  const signal = record.signal === null ? null : signalName(record.signal);
  const how = signal ?? `exit status ${record.exit_code}`;
  // Of a process that ended otherwise, the kernel has killed a child, perhaps long before.
  const memory = signal === "SIGKILL" ? ", out of memory" : ", after an out-of-memory kill";
  return {
    exitCode: record.exit_code,
    signal,
    outOfMemory: record.oom_killed,
    endedMs: record.ended_ms,
    ranMs: ranMs(record, state),
    reason: record.oom_killed ? how + memory : how,
  };
}

/** The init went down with the process, or never came to be. */
function unrecorded(state: ProcessState): Ending {
  const outOfMemory = hasRunOutOfMemory(state.cgroups);
  const reason = outOfMemory
    ? "killed together with its init, out of memory"
    : bootId() !== state.boot_id
      ? "the machine was restarted"
      : state.status === "creating"
        ? "bpm was ended while starting it"
        : "its init was killed";
  return { exitCode: null, signal: null, outOfMemory, endedMs: null, ranMs: null, reason };
}

/** Both memory.events (v2) and memory.oom_control (v1) have a line `oom_kill N`. */
function hasRunOutOfMemory(cgroups: readonly CgroupRef[]): boolean {
  return cgroups.some(({ version, directory }) => {
    const file = version === 2 ? "memory.events" : "memory.oom_control";
    return /^oom_kill [1-9]/m.test(readIfThere(`${directory}/${file}`) ?? "");
  });
}

function readExitRecord(directory: string): ExitRecord | undefined {
  const value = readJsonFile(`${directory}/${exitFile}`)?.value;
  return isExitRecord(value) ? value : undefined;
}

/** The furthest that a Date can be from 1970, either way. */
const momentMax = 8.64e15;

function isExitRecord(value: unknown): value is ExitRecord {
  if (typeof value !== "object" || value === null) return false;
  const record = value as Readonly<Record<keyof ExitRecord, unknown>>;
  return (
    (Number.isSafeInteger(record.exit_code)
      ? record.signal === null
      : record.exit_code === null && Number.isSafeInteger(record.signal)) &&
    typeof record.oom_killed === "boolean" &&
    Number.isSafeInteger(record.ended_ms) &&
    Math.abs(Number(record.ended_ms)) <= momentMax &&
    (record.ended_boot_ms === undefined || Number.isSafeInteger(record.ended_boot_ms))
  );
}
