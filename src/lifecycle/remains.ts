/** Removing all that is left of a process: what is still in its cgroups, its pidfile, its state. */
import { existsSync } from "node:fs";
import { findLeaves } from "../host/cgroups.ts";
import { removeState } from "./state/notes.ts";
import { removePidfile } from "./pidfile.ts";
import type { Session } from "./session.ts";
import { readState } from "./state/state.ts";

/** Leaves nothing, in whatever state it finds the process. Says so in bpm.log, step by step. */
export function removeRemains(session: Session): void {
  const { core, paths, log } = session;
  const state = readState(paths.stateDir.external());
  // A state that is lost or damaged must not hide a process that still runs.
  const noted = state === undefined || state === "unreadable" ? [] : state.cgroups;
  const cgroups = [...noted, ...findLeaves(paths)];
  if (cgroups.length > 0) {
    log.info("forcefully-deleting-container");
    core.destroy({ cgroups });
  }
  if (existsSync(paths.pidDir.external())) {
    log.info("deleting-pidfile");
    removePidfile(session);
  }
  // A bpm that was killed may have made the directory and nothing in it.
  if (existsSync(paths.stateDir.external())) {
    log.info("destroying-bundle");
    removeState(paths.stateDir.external());
  }
}

/** At once, though the start may fail: its pid may have become that of another process. */
export function removeStalePidfile(session: Session): void {
  if (!existsSync(session.paths.pidFile.external())) return;
  session.log.info("deleting-pidfile");
  removePidfile(session);
}
