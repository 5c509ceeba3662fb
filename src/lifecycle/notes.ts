/** Writing and removing what state.ts reads. */
import { closeSync, existsSync, openSync, renameSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { isSystemError } from "../report/errors.ts";
import { exitFile, pidFile, type ProcessState, stateFile } from "./state.ts";

const newFile = `${stateFile}.new`;

/** Replaces the state: after a crash at any point there is the old one or the new one. */
export function writeState(directory: string, state: ProcessState): void {
  const fd = openSync(`${directory}/${newFile}`, "w", 0o600);
  try {
    writeText(fd, `${JSON.stringify(state)}\n`, `${stateFile} of ${state.id}`);
  } finally {
    closeSync(fd);
  }
  renameSync(`${directory}/${newFile}`, `${directory}/${stateFile}`);
}

/** An empty exit record, for the init to write. */
export function openExitRecord(directory: string): number {
  return openSync(`${directory}/${exitFile}`, "w", 0o600);
}

/** Files of a state directory, for whoever removes it file by file. */
export const stateFiles = [newFile, exitFile, pidFile, stateFile] as const;

/** Removes the state. It goes last of all that belongs to the process. */
export function removeState(directory: string): void {
  for (const name of stateFiles) rmSync(`${directory}/${name}`, { force: true });
  try {
    rmdirSync(directory);
  } catch (error) {
    if (existsSync(directory)) throw error;
  }
}

/** Writes to a file. A descriptor has no name that a failure could tell. */
export function writeText(fd: number, text: string, name: string): void {
  try {
    writeSync(fd, text);
  } catch (error) {
    throw isSystemError(error) ? Object.assign(error, { path: name }) : error;
  }
}
