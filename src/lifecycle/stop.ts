/** `bpm stop`: returns when nothing of the process is left. */
import { messageOf } from "../report/errors.ts";
import { signalNumber } from "../report/signal.ts";
import { endingData } from "./state/ending.ts";
import { isAlive } from "../host/process.ts";
import { findConfig } from "./launch.ts";
import { removeRemains } from "./remains.ts";
import { locked, openSession, type Session, type Target } from "./session.ts";
import { type ProcessState, readState } from "./state/state.ts";

/**
 * How long each signal gets, in milliseconds. Together, and with what ending a run takes, they stay
 * below the 30 seconds after which monit gives up.
 */
const patience = { first: 15_000, quit: 2_000, supervisor: 2_000, lock: 10 } as const;

/** Ends the process, in an orderly way if it lets itself. Nothing to stop is fine. */
export function stopProcess(target: Target): void {
  const session = openSession("stop", target);
  const endedRun = endRuns(session);
  locked(session, () => stop(session, endedRun));
}

function stop(session: Session, endedRun: boolean): void {
  const { paths, log } = session;
  const state = readState(paths.stateDir.external());
  if (state === undefined) {
    if (!endedRun) log.info("job-already-stopped");
  } else if (state === "unreadable" || !isAlive(state)) {
    const known = state === "unreadable" ? undefined : state;
    log.info("job-already-stopped", endingData(paths, known));
  } else {
    if (end(session, state)) log.info("stopped", endingData(paths, state));
    noteUnusableConfig(session);
  }
  removeRemains(session);
}

/**
 * A `bpm run` holds the lifecycle lock as long as it lasts, so it is ended without the lock, and so
 * is each that waited for it and got it first. Returns with the lock; whether there was a run.
 */
function endRuns(session: Session): boolean {
  const { core, lockFd, log, paths } = session;
  let found = false;
  const request = { fd: lockFd, path: paths.lockFile.external(), wait: false } as const;
  while (!core.lock(request).acquired) {
    const state = readState(paths.stateDir.external());
    if (state === undefined || state === "unreadable" || !isRunning(state)) {
      Bun.sleepSync(patience.lock);
      continue;
    }
    log.info("ending-run");
    endRun(session, state);
    found = true;
  }
  return found;
}

function isRunning(state: ProcessState): boolean {
  return state.kind === "run" && state.status === "running" && isAlive(state);
}

/** Its supervisor cleans up after it, unless nobody reads its output, or it was suspended. */
function endRun(session: Session, state: ProcessState): void {
  const { core } = session;
  end(session, state);
  core.destroy({ cgroups: state.cgroups });
  const { pid, start_time } = state.creator;
  [0, signalNumber("TERM"), signalNumber("KILL")].some((signal) =>
    core.signal({ pid, start_time, signal, wait_ms: patience.supervisor }).gone
  );
}

/**
 * The configured signal, then QUIT. Who is still there after that is killed with the cgroup.
 * Whether it has ended.
 */
function end({ core, log }: Session, state: ProcessState): boolean {
  const { pid, start_time, shutdown_signal } = state;
  const steps = [
    { signal: signalNumber(shutdown_signal), wait_ms: patience.first },
    { signal: signalNumber("QUIT"), wait_ms: patience.quit },
  ];
  if (steps.some((step) => core.signal({ pid, start_time, ...step }).gone)) return true;
  log.error("failed-to-stop", "failed to stop job within timeout");
  return false;
}

/** What is stopped is what was started; the file may have changed or gone since. */
function noteUnusableConfig(session: Session): void {
  try {
    findConfig(session);
  } catch (error) {
    session.log.info("stopping-from-recorded-state", { reason: messageOf(error) });
  }
}
