/** `bpm stop`: returns when nothing of the process is left. */
import { constants } from "node:os";
import { isAlive } from "./kernel.ts";
import { readProcessConfig } from "./launch.ts";
import { removeRemains } from "./remains.ts";
import { locked, openSession, type Session, type Target } from "./session.ts";
import { type ProcessState, readState } from "./state.ts";

/**
 * How long each signal gets, in milliseconds. Together they stay below the 30 seconds after which
 * monit gives up.
 */
const patience = { first: 15_000, quit: 2_000 } as const;

/** Ends the process, in an orderly way if it lets itself. Nothing to stop is fine. */
export function stopProcess(target: Target): void {
  const session = openSession("stop", target);
  if (endRun(session)) return;
  locked(session, () => stop(session));
}

function stop(session: Session): void {
  const { paths, log } = session;
  const state = readState(paths.stateDir.external());
  if (state === undefined) {
    log.info("job-already-stopped");
  } else if (state !== "unreadable" && isAlive(state)) {
    end(session, state);
    noteUnusableConfig(session);
  }
  removeRemains(session);
}

/**
 * A `bpm run` holds the lifecycle lock as long as it lasts. Its process is ended without the lock;
 * its supervisor then cleans up, as it does at every end. Whether there was one.
 */
function endRun(session: Session): boolean {
  const { core, lockFd, paths } = session;
  if (core.lock({ fd: lockFd, wait: false }).acquired) return false;
  const state = readState(paths.stateDir.external());
  if (state === undefined || state === "unreadable") return false;
  if (state.kind !== "run" || state.status !== "running" || !isAlive(state)) return false;
  session.log.info("starting");
  end(session, state);
  core.destroy({ cgroups: state.cgroups });
  const { pid, start_time } = state.creator;
  core.signal({ pid, start_time, signal: 0, wait_ms: patience.quit });
  session.log.info("complete");
  return true;
}

/** The configured signal, then QUIT. Who is still there after that is killed with the cgroup. */
function end({ core, log }: Session, state: ProcessState): void {
  const { pid, start_time, shutdown_signal } = state;
  const signals = constants.signals;
  const steps = [
    { signal: signals[`SIG${shutdown_signal}`], wait_ms: patience.first },
    { signal: signals.SIGQUIT, wait_ms: patience.quit },
  ];
  if (steps.some((step) => core.signal({ pid, start_time, ...step }).gone)) return;
  log.error("failed-to-stop", "failed to stop job within timeout");
}

/** What is stopped is what was started; the file may have changed or gone since. */
function noteUnusableConfig(session: Session): void {
  try {
    readProcessConfig(session);
  } catch (error) {
    session.log.info("stopping-from-recorded-state", { reason: String(error) });
  }
}
