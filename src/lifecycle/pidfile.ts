/**
 * The pidfile that monit and scripts read: the init's pid on the host, or nothing. The init holds
 * the file open and empties it when the main process has ended, so it never names somebody else.
 *
 * The file is made in the state's directory and linked to its place. So one that a script removed,
 * or that a killed bpm did not get to, can be put back, and still is the one that the init empties.
 */
import type { ProcessPaths } from "../bosh/process-paths.ts";
import type { Action, Descriptor, EmptyIfEndedAction, Piece } from "../core/actions.ts";
import { readIfThere } from "../core/files.ts";
import { rootDirectory, type Session } from "./session.ts";
import { writePidfile } from "./state/notes.ts";
import { exitFile, type ProcessState, pidFile } from "./state/state.ts";

export interface PublishedProcess {
  readonly pid: Piece;
  readonly process: EmptyIfEndedAction["process"];
}

/**
 * Puts the file in its place, with the pid of the running process, whatever is there. `at`: how
 * many actions are in front of these in their list. `directory`: the state's.
 */
export function publishPidfile(
  paths: ProcessPaths,
  at: number,
  directory: Descriptor,
  { pid, process }: PublishedProcess,
): Action[] {
  const pidDirectory = { of: at };
  const file = { of: at + 1 };
  return [
    rootDirectory(paths.pidDir.external(), 0o755),
    writePidfile(paths, directory, [pid]),
    {
      publish: {
        from: directory,
        name: pidFile,
        to: pidDirectory,
        as: publicName(paths.process),
        path: paths.pidFile.external(),
      },
    },
    // An init that was at its end has emptied the file before there was a pid in it.
    { empty_if_ended: { file, record: `${paths.stateDir.external()}/${exitFile}`, process } },
    { close: file },
  ];
}

/** Puts back the pidfile of a running process that was removed, or overwritten. */
export function restorePidfile({ core, paths, log }: Session, state: ProcessState): void {
  if (state.kind === "run") return;
  const found = readIfThere(paths.pidFile.external());
  if (found === String(state.pid)) return;
  log.info("restoring-pidfile");
  const { pid, start_time } = state;
  core.perform([
    rootDirectory(paths.stateDir.external(), 0o700),
    ...publishPidfile(
      paths,
      1,
      { of: 0 },
      {
        pid: { text: String(pid) },
        process: { noted: { pid, start_time } },
      },
    ),
  ]);
}

/** Removes the pidfile; scripts may have done so before. */
export function removePidfile(paths: ProcessPaths): Action {
  const names = [publicName(paths.process), `.${publicName(paths.process)}.new`];
  return { remove: { directory: paths.pidDir.external(), names, itself: false } };
}

function publicName(process: string): string {
  return `${process}.pid`;
}
