/** Writing and removing what state.ts, ending.ts and entry.ts read. */
import type { ProcessPaths } from "../../bosh/process-paths.ts";
import type { Action, Descriptor, Piece } from "../../core/actions.ts";
import { entryFile, type SandboxEntry } from "./entry.ts";
import { exitFile, type ProcessState, pidFile, stateFile } from "./state.ts";

/** Files of a state directory, for whoever removes it file by file. */
export const stateFiles = [`${stateFile}.new`, exitFile, entryFile, pidFile, stateFile] as const;

/** Replaces the state: after a crash at any point there is the old one or the new one. */
export function writeState(
  paths: ProcessPaths,
  directory: Descriptor,
  state: ProcessState,
): Action {
  const content = [{ text: `${JSON.stringify(state)}\n` }];
  return note(paths, directory, stateFile, { content, replace: true });
}

/** The state of the process that a `launch`, at this place of the list, has started. */
export function writeRunning(
  paths: ProcessPaths,
  directory: Descriptor,
  creating: ProcessState,
  launch: number,
): Action {
  const unknown = { pid: undefined, start_time: undefined, created: undefined };
  const rest = JSON.stringify({ ...creating, status: "running", ...unknown });
  const content = [
    { text: '{"pid":' },
    { pid: launch },
    { text: ',"start_time":"' },
    { start_time: launch },
    { text: '","created":"' },
    { timestamp: {} },
    { text: `",${rest.slice("{".length)}\n` },
  ];
  return note(paths, directory, stateFile, { content, replace: true });
}

/** As long as the longest record: ExitRecord.text_max in Zig. */
const recordLength = 128;

/**
 * An empty exit record, for the init to write. Its room is taken now: when the process ends, the
 * disk may be full, perhaps by its doing.
 */
export function createExitRecord(paths: ProcessPaths, directory: Descriptor): Action {
  return note(paths, directory, exitFile, { content: [{ text: " ".repeat(recordLength) }] });
}

/** Notes down how to join the sandbox; it is as it was made for as long as it runs. */
export function writeEntry(
  paths: ProcessPaths,
  directory: Descriptor,
  entry: SandboxEntry,
): Action {
  return note(paths, directory, entryFile, { content: [{ text: `${JSON.stringify(entry)}\n` }] });
}

/** The pidfile as it is made: agents of other users read it. */
export function writePidfile(
  paths: ProcessPaths,
  directory: Descriptor,
  content: readonly Piece[],
): Action {
  return note(paths, directory, pidFile, { content, mode: 0o644 });
}

/** Removes the state. It goes last of all that belongs to the process. */
export function removeState(paths: ProcessPaths): Action {
  return { remove: { directory: paths.stateDir.external(), names: stateFiles, itself: true } };
}

function note(
  paths: ProcessPaths,
  directory: Descriptor,
  name: string,
  how: { readonly content: readonly Piece[]; readonly mode?: number; readonly replace?: boolean },
): Action {
  const path = `${paths.stateDir.external()}/${name}`;
  return { write: { directory, name, path, mode: 0o600, replace: false, ...how } };
}
