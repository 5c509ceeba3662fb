/** Plans every process of every job, as a start would before it changes anything. */

import { titleOf } from "../../bosh/names.ts";
import type { BoshRoot } from "../../bosh/paths.ts";
import { processPaths } from "../../bosh/process-paths.ts";
import { readConfig } from "../../config/read.ts";
import type { ProcessConfig } from "../../config/types.ts";
import type { Hierarchy } from "../../host/facts.ts";
import { gatherHostFacts } from "../../host/gather.ts";
import { listJobs } from "../../host/jobs.ts";
import { noOverrides, planProcess } from "../../plan/plan.ts";
import { BpmError, isSystemError, messageOf } from "../../report/errors.ts";
import type { Failure, JobFacts, ProcessName } from "../facts.ts";

export interface Configured extends ProcessName {
  readonly config: ProcessConfig;
}

export interface Configuration {
  readonly jobs: number;
  readonly processes: readonly Configured[];
  /** Those whose bpm.yml cannot be used. */
  readonly failures: JobFacts["failures"];
}

export function readConfiguration(root: BoshRoot): Configuration {
  const names = orFailure(() => listJobs(root));
  if ("message" in names) {
    return { jobs: 0, processes: [], failures: [{ name: "jobs", ...names }] };
  }
  const processes: Configured[] = [];
  const failures: (Failure & { name: string })[] = [];
  let jobs = 0;
  for (const job of names) {
    const read = readJob(root, job);
    if (read === undefined) continue;
    jobs += 1;
    if ("message" in read) failures.push({ name: job, ...read });
    else processes.push(...read.map((config) => ({ job, process: config.name, config })));
  }
  return { jobs, processes, failures };
}

/** Undefined for a job that is not run by bpm. */
function readJob(root: BoshRoot, job: string): readonly ProcessConfig[] | Failure | undefined {
  const file = processPaths(root, job, job).configFile.external();
  const read = orFailure(() => readConfig({ file, job, root }).processes);
  if (!("message" in read)) return read;
  if (read.code === "ENOENT" || read.code === "ENOTDIR") return undefined;
  const [message = "", ...more] = read.message.split("\n");
  const rest = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return { message: message + rest, hint: `All of it is told by: bpm validate ${job}` };
}

/** `hierarchies`: those that a start will find, or will have mounted. */
export function planJobs(
  root: BoshRoot,
  { jobs, processes, failures }: Configuration,
  hierarchies: readonly Hierarchy[],
): JobFacts {
  const unplannable = processes.flatMap((configured) => {
    const failure = planningFailure(root, configured, hierarchies);
    return failure === undefined ? [] : [failure];
  });
  return {
    jobs,
    processes: processes.length,
    failures: [...failures, ...unplannable],
    untried: undefined,
  };
}

function planningFailure(
  root: BoshRoot,
  configured: Configured,
  cgroups: readonly Hierarchy[],
): JobFacts["failures"][number] | undefined {
  const { job, process, config } = configured;
  const planned = orFailure(() => {
    const overrides = noOverrides;
    const paths = processPaths(root, job, process);
    const facts = { ...gatherHostFacts(paths, config, overrides), cgroups };
    return planProcess({ paths, config, facts, overrides, unique: "*" });
  });
  if (!("message" in planned)) return undefined;
  return { name: titleOf(configured), message: planned.message, hint: planned.hint };
}

interface CodedFailure extends Failure {
  readonly code: string;
}

/** What `work` returns, or what is wrong with the host; mistakes of bpm's own are thrown on. */
function orFailure<Result extends object>(work: () => Result): Result | CodedFailure {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BpmError) && !isSystemError(error)) throw error;
    const hint = error instanceof BpmError ? error.hint : undefined;
    return { code: error.code, message: messageOf(error), hint };
  }
}
