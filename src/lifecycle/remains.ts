/** Removing all that is left of a process: what is still in its cgroups, its pidfile, its state. */
import { exists } from "../core/files.ts";
import { findLeaves } from "../host/cgroups.ts";
import { removePidfile } from "./pidfile.ts";
import type { Session } from "./session.ts";
import { removeState } from "./state/notes.ts";
import { readState } from "./state/state.ts";

/** Leaves nothing, in whatever state it finds the process. Says so in bpm.log, step by step. */
export function removeRemains({ core, paths, log }: Session): void {
  const state = readState(paths.stateDir.external());
  // A state that is lost or damaged must not hide a process that still runs.
  const noted = state === undefined || state === "unreadable" ? [] : state.cgroups;
  const cgroups = [...noted, ...findLeaves(paths)];
  if (cgroups.length > 0) {
    log.info("forcefully-deleting-container");
    core.destroy({ cgroups });
  }
  if (exists(paths.pidDir.external())) {
    log.info("deleting-pidfile");
    core.perform([removePidfile(paths)]);
  }
  // A bpm that was killed may have made the directory and nothing in it.
  if (exists(paths.stateDir.external())) {
    log.info("destroying-bundle");
    core.perform([removeState(paths)]);
  }
}

/** At once, though the start may fail: its pid may have become that of another process. */
export function removeStalePidfile({ core, paths, log }: Session): void {
  if (!exists(paths.pidFile.external())) return;
  log.info("deleting-pidfile");
  core.perform([removePidfile(paths)]);
}
