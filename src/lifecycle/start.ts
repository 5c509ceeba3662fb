/** `bpm start`: returns when the process runs, and its pidfile says so. */
import { noOverrides } from "../plan/plan.ts";
import { failure, findConfig, launch, plan } from "./launch.ts";
import { restorePidfile } from "./pidfile.ts";
import { removeRemains, removeStalePidfile } from "./remains.ts";
import { locked, openSession, type Session, type Target } from "./session.ts";
import { endingData } from "./state/ending.ts";
import { processStatus } from "./state/status.ts";

/** Starts the process unless it runs already. On failure nothing of it is left. */
export function startProcess(target: Target): void {
  const session = openSession("start", target);
  locked(session, () => start(session, target));
}

function start(session: Session, target: Target): void {
  const { log, paths } = session;
  const { status, state } = processStatus(target.root, target.job, target.process);
  if (status !== "running") removeStalePidfile(session);
  const config = findConfig(session);
  if (status === "running") {
    log.info("process-already-running");
    if (state !== undefined) restorePidfile(session, state);
    return;
  }
  try {
    const planned = plan(session, config, noOverrides);
    if (status !== "stopped") log.info("removing-stopped-process", endingData(paths, state));
    removeRemains(session);
    const steps = log.session("start-process");
    steps.info("starting");
    try {
      launch(session, "start", config, planned, steps);
    } finally {
      steps.info("complete");
    }
  } catch (error) {
    log.error("failed-to-start", error);
    throw failure(error, "failed to start job-process");
  }
}
