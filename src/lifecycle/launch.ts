/** What start and run have in common: from bpm.yml to a process in its sandbox. */
import { closeSync } from "node:fs";
import type { HostPath } from "../bosh/paths.ts";
import { volumeLock } from "../bosh/process-paths.ts";
import { ConfigError, problemLine } from "../config/parse.ts";
import type { ProcessConfig } from "../config/types.ts";
import type { LaunchResponse } from "../core/documents.ts";
import { gatherHostFacts } from "../host/gather.ts";
import type { PrepareStep } from "../plan/launch-plan.ts";
import { planProcess, type ProcessPlan, type RunOverrides } from "../plan/plan.ts";
import type { Logger } from "../report/bpm-log.ts";
import { BpmError, messageOf, toBpmError } from "../report/errors.ts";
import { readProcessConfig } from "./configuration.ts";
import { mountMissingHierarchies } from "./containers.ts";
import { entryOf } from "./state/entry.ts";
import { bootId, ownIdentity } from "../host/process.ts";
import { openExitRecord, removeState, writeEntry, writeState } from "./state/notes.ts";
import { createPidfile, publishPidfile, removePidfile } from "./pidfile.ts";
import { openLock, prepareOne, rootDirectory, type Session } from "./session.ts";
import type { ProcessState } from "./state/state.ts";

/** The process's part of bpm.yml. What is odd about the file, or wrong, goes to bpm.log. */
export function findConfig({ paths, log }: Session): ProcessConfig {
  try {
    const { config, warnings } = readProcessConfig(paths);
    for (const warning of warnings) {
      log.info("config-warning", { warning: problemLine(paths.configFile.external(), warning) });
    }
    return config;
  } catch (error) {
    const { code, cause } = toBpmError(error);
    log.error(code, cause ?? error);
    throw error;
  }
}

/** Plans everything; throws before anything on the host has changed. */
export function plan(
  session: Session,
  config: ProcessConfig,
  overrides: RunOverrides,
): ProcessPlan {
  const { paths, log } = session;
  const file = paths.configFile.external();
  if (config.startProblems.length > 0) throw new ConfigError(file, config.startProblems, []);
  mountMissingHierarchies(session);
  const facts = gatherHostFacts(paths, config, overrides);
  const unique = crypto.randomUUID().slice(0, 8);
  const planned = planProcess({ paths, config, facts, overrides, unique });
  for (const { code, message } of planned.warnings) log.info(code, { warning: message });
  for (const { mount } of planned.duplicates) log.info("duplicate-mount", { mount: mount.target });
  return planned;
}

export interface Launched extends LaunchResponse {
  readonly state: ProcessState;
  readonly stateDirectory: string;
  readonly stdoutLog: number;
  readonly stderrLog: number;
}

/** Starts what was planned. On failure nothing of it is left. */
export function launch(
  session: Session,
  kind: ProcessState["kind"],
  config: ProcessConfig,
  planned: ProcessPlan,
  log: Logger,
): Launched {
  const { core, paths } = session;
  log.info("creating-job-prerequisites");
  const logs = createSystemFiles(session, planned.prepare);
  log.info("building-spec");
  const creator = ownIdentity();
  const creating: ProcessState = {
    id: paths.id,
    job: paths.job,
    process: paths.process,
    kind,
    status: "creating",
    ...creator,
    creator,
    shutdown_signal: config.shutdownSignal,
    cgroups: planned.launch.cgroups.map(({ version, directory, scope }) => (
      { version, directory, unit: scope?.unit ?? null }
    )),
    created: new Date().toISOString(),
  };
  try {
    log.info("creating-bundle");
    rootDirectory(core, paths.states.external(), 0o755);
    const stateDirectory = rootDirectory(core, paths.stateDir.external(), 0o700);
    writeState(stateDirectory, creating);
    runHook(session, config, planned, logs);
    log.info("running-container");
    return enter(session, planned, creating, stateDirectory, logs);
  } catch (error) {
    undo(session, creating);
    throw error;
  }
}

/** After a failure, which is what is to be told; one while cleaning up goes to bpm.log. */
export function undo(session: Session, creating: ProcessState): void {
  const { core, paths, log } = session;
  try {
    core.destroy({ cgroups: creating.cgroups });
    removePidfile(session);
    removeState(paths.stateDir.external());
  } catch (error) {
    log.error("failed-to-cleanup", error);
  }
}

interface Logs {
  readonly stdoutLog: number;
  readonly stderrLog: number;
}

/** From clone to a published pid, in the order that leaves a trace of whatever exists already. */
function enter(
  session: Session,
  planned: ProcessPlan,
  creating: ProcessState,
  stateDirectory: string,
  logs: Logs,
): Launched {
  const isRun = creating.kind === "run";
  writeEntry(stateDirectory, entryOf(planned.launch));
  const launched = session.core.launch({
    plan: planned.launch,
    stdout: isRun ? -1 : logs.stdoutLog,
    stderr: isRun ? -1 : logs.stderrLog,
    exit_record: openExitRecord(stateDirectory),
    pidfile: isRun ? -1 : createPidfile(stateDirectory),
    die_with_parent: isRun,
  });
  const { pid, start_time } = launched;
  const state: ProcessState = {
    ...creating,
    status: "running",
    pid,
    start_time,
    boot_id: bootId(),
    created: new Date().toISOString(),
  };
  writeState(stateDirectory, state);
  if (!isRun) publishPidfile(session, state);
  return { ...launched, ...logs, state, stateDirectory };
}

/** Directories, volumes, logs; and the descriptors of the two logs. */
function createSystemFiles(session: Session, steps: readonly PrepareStep[]): Logs {
  const { core, paths } = session;
  const fds = new Map<string, number>();
  try {
    for (const step of steps) {
      fds.set(step.path, step.kind === "shared" ? share(session, step) : prepareOne(core, step));
    }
  } catch (error) {
    throw new BpmError("system-files", `failed to create system files: ${messageOf(error)}`, {
      cause: error,
      ...(error instanceof BpmError && error.hint !== undefined ? { hint: error.hint } : {}),
    });
  }
  const descriptor = (path: HostPath) => fds.get(path) ?? -1;
  return {
    stdoutLog: descriptor(paths.stdoutLog.external()),
    stderrLog: descriptor(paths.stderrLog.external()),
  };
}

/**
 * Under the volume's lock: two jobs that share it must not both find that it is no mount point yet.
 * Let go at once, since a pre_start hook may start another job with the same volume.
 */
function share({ core, paths }: Session, step: PrepareStep): number {
  const path = volumeLock(paths.root, step.path as HostPath).external();
  const fd = openLock(core, path);
  try {
    core.lock({ fd, path, wait: true });
    return prepareOne(core, step);
  } finally {
    closeSync(fd);
  }
}

/** The pre_start hook: on the host, as root, with the process's environment and logs. */
function runHook({ core }: Session, config: ProcessConfig, planned: ProcessPlan, logs: Logs): void {
  if (config.preStart === "") return;
  const { exit_code, signal } = core.hook({
    executable: config.preStart,
    env: planned.launch.env,
    stdout: logs.stdoutLog,
    stderr: logs.stderrLog,
  });
  if (exit_code === 0) return;
  const how = exit_code === null ? `signal ${signal}` : `exit status ${exit_code}`;
  throw new BpmError("pre-start", `prestart hook failed: ${how}`, {
    hint: `Its output is in the process's logs; the hook is ${config.preStart}.`,
  });
}

/** The same failure, with what it kept from happening in front. */
export function failure(error: unknown, what: string, suffix = "", exitCode = 1): BpmError {
  const hint = error instanceof BpmError ? error.hint : undefined;
  return new BpmError("launch", `${what}: ${messageOf(error)}${suffix}`, {
    cause: error,
    exitCode,
    ...(hint === undefined ? {} : { hint }),
  });
}
