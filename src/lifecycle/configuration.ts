/** A process's part of its job's bpm.yml. */
import type { ProcessPaths } from "../bosh/process-paths.ts";
import { readConfig } from "../config/read.ts";
import type { Problem, ProcessConfig } from "../config/types.ts";
import { BpmError, messageOf } from "../report/errors.ts";

export interface ProcessConfiguration {
  readonly config: ProcessConfig;
  /** About the whole file. */
  readonly warnings: readonly Problem[];
}

/** Throws a BpmError that tells all that is wrong with the file, or that it lacks the process. */
export function readProcessConfig(paths: ProcessPaths): ProcessConfiguration {
  const file = paths.configFile.external();
  const { processes, warnings } = readJobConfig(file, paths);
  const config = processes.find(({ name }) => name === paths.process);
  if (config !== undefined) return { config, warnings };
  throw new BpmError(
    "process-not-defined",
    `process "${paths.process}" not present in job configuration (${file})`,
  );
}

function readJobConfig(file: string, { job, root }: ProcessPaths) {
  try {
    return readConfig({ file, job, root });
  } catch (cause) {
    const message = `failed to parse job configuration: ${messageOf(cause)}`;
    throw new BpmError("failed-to-parse-config", message, { cause });
  }
}
