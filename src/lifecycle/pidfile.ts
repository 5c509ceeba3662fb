/**
 * The pidfile that monit and scripts read: the init's pid on the host, or nothing. The init holds
 * the file open and empties it when the main process has ended, so it never names somebody else.
 *
 * The file is made in the state's directory and linked to its place. So one that a script removed,
 * or that a killed bpm did not get to, can be put back, and still is the one that the init empties.
 */
import {
  closeSync, fchmodSync, ftruncateSync, linkSync, lstatSync, openSync, renameSync, rmSync,
  writeSync,
} from "node:fs";
import { hasEnded } from "./state/ending.ts";
import { readIfThere } from "../host/process.ts";
import { naming } from "./naming.ts";
import { rootDirectory, type Session } from "./session.ts";
import { pidFile, type ProcessState } from "./state/state.ts";

/** An empty file that has no place yet; its descriptor is for the init. */
export function createPidfile(stateDirectory: string): number {
  const file = `${stateDirectory}/${pidFile}`;
  const fd = naming("create", file, () => openSync(file, "w"));
  // Agents of other users read it, whatever the caller's umask is.
  fchmodSync(fd, 0o644);
  return fd;
}

/** Puts the file in its place, with the pid of the running process, whatever is there. */
export function publishPidfile(session: Session, state: ProcessState): void {
  const { core, paths } = session;
  const { pid, start_time } = state;
  const stateDirectory = rootDirectory(core, paths.stateDir.external(), 0o700);
  const pidDirectory = rootDirectory(core, paths.pidDir.external(), 0o755);
  const file = `${stateDirectory}/${pidFile}`;
  const fd = naming("open", file, () => openSync(file, "r+"));
  try {
    naming("write", paths.pidFile.external(), () => {
      ftruncateSync(fd);
      writeSync(fd, String(pid));
      place(file, pidDirectory, state.process);
    });
    // An init that was at its end has emptied the file before there was a pid in it.
    const isOver = hasEnded(stateDirectory)
      || core.signal({ pid, start_time, signal: 0, wait_ms: 0 }).gone;
    if (isOver) ftruncateSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Puts back the pidfile of a running process that was removed, or overwritten. */
export function restorePidfile(session: Session, state: ProcessState): void {
  if (state.kind === "run") return;
  const found = readIfThere(session.paths.pidFile.external());
  if (found === String(state.pid)) return;
  session.log.info("restoring-pidfile");
  publishPidfile(session, state);
}

/** Removes the pidfile; scripts may have done so before. */
export function removePidfile({ core, paths }: Session): void {
  const directory = rootDirectory(core, paths.pidDir.external(), 0o755);
  for (const name of [publicName(paths.process), hiddenName(paths.process)]) {
    const file = `${directory}/${name}`;
    naming("remove", file, () => removeIfThere(file));
  }
}

/** A file system that is read-only says so of what is not there as well. */
function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) throw error;
  }
}

/** Atomically: a reader finds the old file or the new one. */
function place(file: string, directory: string, process: string): void {
  const hidden = `${directory}/${hiddenName(process)}`;
  rmSync(hidden, { force: true });
  linkSync(file, hidden);
  renameSync(hidden, `${directory}/${publicName(process)}`);
  // If both were one file already, rename(2) has left both.
  rmSync(hidden, { force: true });
}

function publicName(process: string): string {
  return `${process}.pid`;
}

function hiddenName(process: string): string {
  return `.${process}.pid.new`;
}
