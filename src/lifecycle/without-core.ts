/**
 * The line in bpm.log about a core that cannot be loaded, for whoever finds that nothing starts:
 * monit shows nobody what bpm says. Without the core there is no safe walk of the path, so nothing
 * is followed: the directory is in one of root's, and the file has to be a file of its own.
 */
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  writeSync,
} from "node:fs";
import type { ProcessPaths } from "../bosh/process-paths.ts";
import { vcap } from "../host/gather.ts";
import { openBpmLog } from "../report/bpm-log.ts";
import { BpmError, isSystemError } from "../report/errors.ts";

/** Tries to; what cannot be logged is still told by the command itself. */
export function logWithoutCore(
  command: "start" | "stop" | "run",
  paths: ProcessPaths,
  cause: unknown,
): void {
  try {
    const fd = openLog(paths);
    if (fd === undefined) return;
    const hint = cause instanceof BpmError ? cause.hint : undefined;
    const write = (line: string) => void writeSync(fd, `{"timestamp":"${now()}",${line}\n`);
    const log = openBpmLog(write, command, paths.job, paths.process);
    log.error("failed-to-load-library", cause, hint === undefined ? {} : { hint });
    closeSync(fd);
  } catch (error) {
    // What the command says is more than that its log cannot be written.
    if (!isSystemError(error) && !(error instanceof BpmError)) throw error;
  }
}

/** With as many digits as the core's lines have. */
function now(): string {
  return new Date().toISOString().replace("Z", "000000Z");
}

function openLog(paths: ProcessPaths): number | undefined {
  const directory = paths.logDir.external();
  try {
    mkdirSync(directory, 0o750);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "EEXIST") throw error;
  }
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
  const fd = openSync(paths.bpmLog.external(), flags, 0o600);
  const status = fstatSync(fd);
  const { uid, gid } = vcap();
  if (status.isFile() && status.nlink === 1) {
    if (status.uid === 0 && status.size === 0) fchownSync(fd, uid, gid);
    return fd;
  }
  closeSync(fd);
  return undefined;
}
