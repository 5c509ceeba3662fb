/**
 * The pidfile that monit and scripts read: the init's pid on the host, or nothing. The init holds
 * the file open and empties it when the main process has ended, so it never names somebody else.
 */
import { closeSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from "node:fs";

export interface NewPidfile {
  /** For the init. */
  readonly fd: number;
  /** Puts the file in its place. `isOver` is asked afterwards: the process may have ended already. */
  publish(pid: number, isOver: () => Promise<boolean>): Promise<void>;
  discard(): void;
}

/** A pidfile under another name. `directory` is a path through a descriptor. */
export function createPidfile(directory: string, process: string): NewPidfile {
  const hidden = `${directory}/.${process}.pid.new`;
  rmSync(hidden, { force: true });
  const fd = openSync(hidden, "wx", 0o644);
  return {
    fd,
    publish: async (pid, isOver) => {
      writeSync(fd, String(pid));
      renameSync(hidden, `${directory}/${process}.pid`);
      if (await isOver()) ftruncateSync(fd);
      closeSync(fd);
    },
    discard: () => {
      closeSync(fd);
      rmSync(hidden, { force: true });
    },
  };
}

/** Removes the pidfile; scripts may have done so before. */
export function removePidfile(directory: string, process: string): void {
  for (const name of [`${process}.pid`, `.${process}.pid.new`]) {
    rmSync(`${directory}/${name}`, { force: true });
  }
}
