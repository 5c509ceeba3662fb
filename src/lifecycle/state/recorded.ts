/** The processes that have a state, whatever their jobs' bpm.yml files say by now. */
import type { BoshRoot } from "../../bosh/paths.ts";
import { sharedPaths } from "../../bosh/process-paths.ts";
import { readNames } from "../../core/files.ts";
import { isSystemError } from "../../report/errors.ts";
import { readState } from "./state.ts";

/** Job and process of every state that can be read, in the order of their container ids. */
export function recordedProcesses(root: BoshRoot): { job: string; process: string }[] {
  const directory = sharedPaths(root).states.external();
  const states = entries(directory).map((id) => readState(`${directory}/${id}`));
  return states.filter((state) => state !== undefined && state !== "unreadable");
}

function entries(directory: string): string[] {
  try {
    return readNames(directory);
  } catch (error) {
    if (isSystemError(error) && ["ENOENT", "ENOTDIR"].includes(error.code)) return [];
    throw error;
  }
}
