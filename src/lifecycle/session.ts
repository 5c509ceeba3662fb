/**
 * What every command that changes a process begins with: the core, bpm.log, the lifecycle lock,
 * and the directories that only root may write to, held by their descriptors.
 */
import type { BoshRoot } from "../bosh/paths.ts";
import { dirname } from "../bosh/posix.ts";
import { type ProcessPaths, processPaths } from "../bosh/process-paths.ts";
import type { Action } from "../core/actions.ts";
import { type Core, loadCore } from "../core/core.ts";
import { CoreError } from "../core/error.ts";
import { exists } from "../core/files.ts";
import { vcap } from "../host/gather.ts";
import type { PrepareStep } from "../plan/launch-plan.ts";
import { type BpmLog, type LineWriter, type Logger, openBpmLog } from "../report/bpm-log.ts";
import { errnoName } from "../report/errno.ts";
import { errnoSentence } from "../report/errno-sentence.ts";
import { BpmError, messageOf } from "../report/errors.ts";

export interface Target {
  readonly root: BoshRoot;
  readonly job: string;
  readonly process: string;
}

export interface Session {
  readonly core: Core;
  readonly paths: ProcessPaths;
  readonly log: BpmLog;
  /** Descriptors that a supervisor takes over. -1: there is no log. */
  readonly logFd: number;
  readonly lockFd: number;
}

const root = { uid: 0, gid: 0 } as const;

/** Loads the core and opens bpm.log and the lock file; the lock is not taken yet. */
export function openSession(command: "start" | "stop" | "run", target: Target): Session {
  const paths = processPaths(target.root, target.job, target.process);
  requireBoshRoot(target.root);
  // What is made on the host gets the modes it is meant to have, whoever calls.
  process.umask(0o022);
  const core = loadCoreOrLog(command, paths);
  const logFd = openLogOrWarn(core, paths, command === "stop");
  const log = openBpmLog(lineWriter(core, logFd), command, target.job, target.process);
  return { core, paths, log, logFd, lockFd: openLock(core, paths.lockFile.external()) };
}

/** Runs the command's work under the lifecycle lock. */
export function locked(session: Session, work: () => void): void {
  const { core, lockFd, log, paths } = session;
  const acquiring = log.session("acquiring-lifecycle-lock");
  acquiring.info("starting");
  core.lock({ fd: lockFd, path: paths.lockFile.external(), wait: true });
  acquiring.info("complete");
  log.info("starting");
  try {
    work();
  } finally {
    logEnd(log);
  }
}

/** The last lines of every command. The lock itself goes with the process that holds it. */
export function logEnd(log: Logger): void {
  log.info("complete");
  const releasing = log.session("releasing-lifecycle-lock");
  releasing.info("starting");
  releasing.info("complete");
}

/** Carries out one step; its descriptor. */
export function prepareOne(core: Core, step: PrepareStep): number {
  const [fd] = core.prepare({ steps: [step] }).fds;
  if (fd === undefined) throw new BpmError("internal", `prepare ${step.path}: no descriptor`);
  return fd;
}

/** Opens a lock file, made with its directory if needed. It is never removed again. */
export function openLock(core: Core, path: string): number {
  const locks = dirname(path);
  const steps = [dirname(locks), locks].map(
    (directory) => ({ kind: "directory", path: directory, mode: 0o700, ...root }) as const,
  );
  const fd = core.prepare({ steps: [...steps, { kind: "lock", path }] }).fds.at(-1);
  if (fd === undefined) throw new BpmError("internal", `prepare ${path}: no descriptor`);
  return fd;
}

/**
 * A directory that only root can change. Its descriptor stays that directory, whatever becomes of
 * the names that lead to it.
 */
export function rootDirectory(path: string, mode: number): Action {
  return { prepare: { kind: "directory", path, mode, ...root } };
}

/** A mistyped BPM_BOSH_ROOT is not to be filled with directories. */
function requireBoshRoot({ root: path }: BoshRoot): void {
  if (exists(path)) return;
  throw new BpmError("no-bosh-root", `open the BOSH root ${path}: no such directory (ENOENT)`, {
    hint: "BPM_BOSH_ROOT names another than /var/vcap, which the BOSH agent makes.",
  });
}

/** Where it cannot be loaded, bpm.log has to say so too: monit shows nobody what bpm says. */
function loadCoreOrLog(command: "start" | "stop" | "run", paths: ProcessPaths): Core {
  try {
    return loadCore();
  } catch (error) {
    const { logWithoutCore } = require("./without-core.ts") as typeof import("./without-core.ts");
    logWithoutCore(command, paths, error);
    throw error;
  }
}

/**
 * What a job did to its log directory must not keep an operator from stopping it; nor may a lease
 * (F_SETLEASE of fcntl(2)), which whoever owns a file can hold as long as he likes, keep a process
 * from starting. -1 where there is no log.
 */
function openLogOrWarn(core: Core, paths: ProcessPaths, inAnyCase: boolean): number {
  try {
    return openLog(core, paths);
  } catch (error) {
    const isLeased = error instanceof CoreError && error.errno === "EAGAIN";
    if (!inAnyCase && !isLeased) throw error;
    warn(`nothing is logged: ${messageOf(error)}`);
    return -1;
  }
}

/**
 * A log that cannot be written is told once; it never keeps a process from starting or stopping.
 * -1: there is none.
 */
function lineWriter(core: Core, fd: number): LineWriter {
  let failed = fd < 0;
  return (line) => {
    if (failed) return;
    const [result] = core.perform([{ log: { fd: { fd }, lines: [line] } }]);
    if (result === undefined || !("errno" in result)) return;
    failed = true;
    warn(`bpm.log cannot be written: write: ${errnoSentence(errnoName(result.errno))}`);
  };
}

/** Only who has something to say loads what says it. */
export function warn(message: string): void {
  const { stderr } = require("../report/stderr.ts") as typeof import("../report/stderr.ts");
  stderr.warn(message);
}

function openLog(core: Core, paths: ProcessPaths): number {
  const directory = paths.logDir.external();
  // It becomes vcap's with the first start, and then stays so.
  prepareOne(core, { kind: "directory", path: directory, mode: 0o750, keep: true, ...root });
  const path = paths.bpmLog.external();
  return prepareOne(core, { kind: "file", path, mode: 0o600, ...vcap() });
}
