/** All that is known of a process: whether it runs, since when, with how much; or how it ended. */
import { processPaths } from "../../bosh/process-paths.ts";
import { runningMs } from "../../host/process.ts";
import { readUsage, type Usage } from "../../host/usage.ts";
import type { Target } from "../session.ts";
import { type Ending, readEnding } from "./ending.ts";
import { type ProcessStatus, processStatus } from "./status.ts";

export interface Observation extends ProcessStatus {
  /** When it was started, in milliseconds since 1970. */
  readonly startedMs?: number | undefined;
  /** For how long it has run, or had run when it ended. */
  readonly ranMs?: number | undefined;
  /** Of one that runs. */
  readonly usage?: Usage;
  /** Of one that failed. */
  readonly ending?: Ending;
}

export function observeProcess({ root, job, process }: Target): Observation {
  const found = processStatus(root, job, process);
  const { status, state } = found;
  if (status === "stopped") return found;
  const startedMs = state && Date.parse(state.created);
  if (status === "failed") {
    const ending = readEnding(processPaths(root, job, process), state);
    return { ...found, startedMs, ranMs: ending.ranMs ?? undefined, ending };
  }
  const ranMs = state && runningMs(state);
  return { ...found, startedMs, ranMs, usage: readUsage(state?.cgroups ?? []) };
}
