/** The jobs that BOSH has placed on this machine. */

import type { BoshRoot } from "../bosh/paths.ts";
import { sharedPaths } from "../bosh/process-paths.ts";
import { readNames } from "../core/files.ts";
import { BpmError, isSystemError, messageOf } from "../report/errors.ts";

/** Names of all jobs, sorted; whether each has a bpm.yml is for the caller to see. */
export function listJobs(root: BoshRoot): string[] {
  try {
    return readNames(sharedPaths(root).jobs.external());
  } catch (thrown) {
    // A machine that BOSH has given no job has no such directory.
    if (isSystemError(thrown) && thrown.code === "ENOENT") return [];
    throw new BpmError("list-jobs", `failed to list jobs: ${messageOf(thrown)}`, { cause: thrown });
  }
}
