/** What state a process is in, from what was noted down and what the kernel says. */
import { readdirSync } from "node:fs";
import type { BoshRoot } from "../bosh/paths.ts";
import { processPaths, sharedPaths } from "../bosh/process-paths.ts";
import { isSystemError } from "../report/errors.ts";
import { isAlive } from "./kernel.ts";
import { readState } from "./state.ts";

export interface ProcessStatus {
  /** failed: bpm started it, and it is gone. stopped: there is nothing of it. */
  readonly status: "running" | "creating" | "failed" | "stopped";
  /** The init's, on the host, while it runs. */
  readonly pid?: number;
}

export function processStatus(root: BoshRoot, job: string, process: string): ProcessStatus {
  const state = readState(processPaths(root, job, process).stateDir.external());
  if (state === undefined) return { status: "stopped" };
  if (state === "unreadable" || !isAlive(state)) return { status: "failed" };
  return state.status === "running" ? { status: "running", pid: state.pid } : { status: "creating" };
}

/** The processes that have a state, whatever their jobs' bpm.yml files say by now. */
export function listProcesses(root: BoshRoot): { job: string; process: string }[] {
  const directory = sharedPaths(root).states.external();
  return entries(directory).sort().flatMap((id) => {
    const state = readState(`${directory}/${id}`);
    return state === undefined || state === "unreadable" ? [] : [state];
  });
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw error;
  }
}
