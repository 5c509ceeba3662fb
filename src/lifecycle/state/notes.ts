/** Writing and removing what state.ts, ending.ts and entry.ts read. */
import {
  existsSync, openSync, renameSync, rmdirSync, rmSync, writeFileSync, writeSync,
} from "node:fs";
import { entryFile, type SandboxEntry } from "./entry.ts";
import { naming } from "../naming.ts";
import { exitFile, pidFile, type ProcessState, stateFile } from "./state.ts";

const newFile = `${stateFile}.new`;

/** Replaces the state: after a crash at any point there is the old one or the new one. */
export function writeState(directory: string, state: ProcessState): void {
  const file = `${directory}/${stateFile}`;
  naming("write", file, () => {
    writeFileSync(`${directory}/${newFile}`, `${JSON.stringify(state)}\n`, { mode: 0o600 });
    renameSync(`${directory}/${newFile}`, file);
  });
}

/** As long as the longest record: ExitRecord.text_max in Zig. */
const RECORD_LENGTH = 128;

/**
 * An empty exit record, for the init to write. Its room is taken now: when the process ends, the
 * disk may be full, perhaps by its doing.
 */
export function openExitRecord(directory: string): number {
  const file = `${directory}/${exitFile}`;
  return naming("create", file, () => {
    const fd = openSync(file, "w", 0o600);
    writeSync(fd, " ".repeat(RECORD_LENGTH), 0);
    return fd;
  });
}

/** Notes down how to join the sandbox; it is as it was made for as long as it runs. */
export function writeEntry(directory: string, entry: SandboxEntry): void {
  const file = `${directory}/${entryFile}`;
  naming("write", file, () => {
    writeFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  });
}

/** Files of a state directory, for whoever removes it file by file. */
export const stateFiles = [newFile, exitFile, entryFile, pidFile, stateFile] as const;

/** Removes the state. It goes last of all that belongs to the process. */
export function removeState(directory: string): void {
  for (const name of stateFiles) rmSync(`${directory}/${name}`, { force: true });
  try {
    rmdirSync(directory);
  } catch (error) {
    if (existsSync(directory)) throw error;
  }
}
