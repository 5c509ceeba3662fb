/** What `bpm list` lists. */

import { titleOf } from "../../bosh/names.ts";
import type { BoshRoot } from "../../bosh/paths.ts";
import { processPaths } from "../../bosh/process-paths.ts";
import { readConfig } from "../../config/read.ts";
import { listJobs } from "../../host/jobs.ts";
import type { Target } from "../../lifecycle/session.ts";
import { recordedProcesses } from "../../lifecycle/state/recorded.ts";
import { isSystemError, messageOf } from "../../report/errors.ts";

/** A process and the name it is listed by. */
export interface ListedProcess extends Target {
  readonly name: string;
}

/** Every process; those of bpm.yml files first, in the jobs' order. */
export function listedProcesses(root: BoshRoot): ListedProcess[] {
  const configured = listJobs(root).flatMap((job) => configuredProcesses(root, job));
  return together(configured, recordedProcesses(root)).map(({ job, process }) => ({
    root,
    job,
    process,
    name: titleOf({ job, process }),
  }));
}

interface ProcessName {
  readonly job: string;
  readonly process: string;
}

/** The processes of a job's bpm.yml. One that cannot be read must not hide the other jobs. */
function configuredProcesses(root: BoshRoot, job: string): ProcessName[] {
  const file = processPaths(root, job, job).configFile.external();
  try {
    const { processes } = readConfig({ file, job, root });
    return processes.map(({ name }) => ({ job, process: name }));
  } catch (error) {
    // Most jobs of a machine are not run by bpm and have no bpm.yml.
    if (isSystemError(error) && ["ENOENT", "ENOTDIR"].includes(error.code)) return [];
    const lines = messageOf(error).split("\n");
    // Most machines have no such job, and what writes to stderr costs a list a millisecond.
    const { stderr } = require("../../report/stderr.ts") as typeof import("../../report/stderr.ts");
    for (const line of lines) stderr.log(`invalid config for ${job}: ${line}`);
    return [];
  }
}

/** What is configured, in its order, then what still has a state although its bpm.yml is gone. */
function together(
  configured: readonly ProcessName[],
  recorded: readonly ProcessName[],
): ProcessName[] {
  const key = ({ job, process }: ProcessName) => `${job}/${process}`;
  const known = new Set(configured.map(key));
  return [...configured, ...recorded.filter((name) => !known.has(key(name)))];
}
