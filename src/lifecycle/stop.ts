/** `bpm stop`: returns when nothing of the process is left. */

import { isAlive } from "../host/process.ts";
import { messageOf } from "../report/errors.ts";
import { end } from "./end.ts";
import { takeLock } from "./holders.ts";
import { findConfig } from "./launch.ts";
import { removeRemains } from "./remains.ts";
import { locked, openSession, type Session, type Target } from "./session.ts";
import { endingData } from "./state/ending.ts";
import { readState } from "./state/state.ts";

/** Ends the process, in an orderly way if it lets itself. Nothing to stop is fine. */
export function stopProcess(target: Target): void {
  const session = openSession("stop", target);
  const endedAny = takeLock(session);
  locked(session, () => stop(session, endedAny));
}

function stop(session: Session, endedAny: boolean): void {
  const { paths, log } = session;
  const state = readState(paths.stateDir.external());
  if (state === undefined) {
    if (!endedAny) log.info("job-already-stopped");
  } else if (state === "unreadable" || !isAlive(state)) {
    const known = state === "unreadable" ? undefined : state;
    log.info("job-already-stopped", endingData(paths, known));
  } else {
    if (end(session, state)) log.info("stopped", endingData(paths, state));
    noteUnusableConfig(session);
  }
  removeRemains(session);
}

/** What is stopped is what was started; the file may have changed or gone since. */
function noteUnusableConfig(session: Session): void {
  try {
    findConfig(session);
  } catch (error) {
    session.log.info("stopping-from-recorded-state", { reason: messageOf(error) });
  }
}
