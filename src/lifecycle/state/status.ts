/** What state a process is in, from what was noted down and what the kernel says. */
import type { BoshRoot } from "../../bosh/paths.ts";
import { processPaths } from "../../bosh/process-paths.ts";
import { isAlive } from "../../host/process.ts";
import { BpmError } from "../../report/errors.ts";
import { type ProcessState, readState } from "./state.ts";

export interface ProcessStatus {
  /** failed: bpm started it, and it is gone. stopped: there is nothing of it. */
  readonly status: "running" | "creating" | "failed" | "stopped";
  /** The init's, on the host, while it runs. */
  readonly pid?: number;
  /** What was noted down of it, where that can be read. */
  readonly state?: ProcessState;
}

export function processStatus(root: BoshRoot, job: string, process: string): ProcessStatus {
  const state = readState(processPaths(root, job, process).stateDir.external());
  if (state === undefined) return { status: "stopped" };
  if (state === "unreadable") return { status: "failed" };
  if (!isAlive(state)) return { status: "failed", state };
  if (state.status === "creating") return { status: "creating", state };
  return { status: "running", pid: state.pid, state };
}

/** What was noted down of a process that runs. Throws for one that does not. */
export function runningState(root: BoshRoot, job: string, process: string): ProcessState {
  const { status, state } = processStatus(root, job, process);
  if (status === "running" && state !== undefined) return state;
  throw new BpmError("not-running", "process is not running or could not be found");
}
