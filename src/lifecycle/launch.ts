/** What start and run have in common: from bpm.yml to a process in its sandbox. */
import type { HostPath } from "../bosh/paths.ts";
import { volumeLock } from "../bosh/process-paths.ts";
import { ConfigError, problemLine } from "../config/parse.ts";
import type { ProcessConfig } from "../config/types.ts";
import type { Action, Descriptor } from "../core/actions.ts";
import type { LaunchResponse } from "../core/documents.ts";
import { descriptorAt, launchedAt } from "../core/results.ts";
import { gatherHostFacts } from "../host/gather.ts";
import { ownIdentity } from "../host/process.ts";
import type { PrepareStep } from "../plan/launch-plan.ts";
import { type ProcessPlan, planProcess, type RunOverrides } from "../plan/plan.ts";
import type { Logger } from "../report/bpm-log.ts";
import { BpmError, messageOf, toBpmError } from "../report/errors.ts";
import { readProcessConfig } from "./configuration.ts";
import { mountMissingHierarchies } from "./containers.ts";
import { publishPidfile, removePidfile } from "./pidfile.ts";
import { openLock, prepareOne, rootDirectory, type Session, warn } from "./session.ts";
import { entryOf } from "./state/entry.ts";
import {
  createExitRecord,
  removeState,
  writeEntry,
  writePidfile,
  writeRunning,
  writeState,
} from "./state/notes.ts";
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
  for (const { code, message, isLoud } of planned.warnings) {
    log.info(code, { warning: message });
    if (isLoud) warn(message);
  }
  for (const { mount } of planned.duplicates) log.info("duplicate-mount", { mount: mount.target });
  return planned;
}

export interface Launched extends LaunchResponse {
  readonly cgroups: ProcessState["cgroups"];
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
    cgroups: planned.launch.cgroups.map(({ version, directory, scope }) => ({
      version,
      directory,
      unit: scope?.unit ?? null,
    })),
    created: new Date().toISOString(),
  };
  try {
    log.info("creating-bundle");
    const stateDirectory = makeStateDirectory(session);
    core.perform([writeState(paths, stateDirectory, creating)]);
    if (config.preStart !== "") {
      // Most processes have none, and what looks into a hook that failed costs them a millisecond.
      const { runHook } = require("./hook.ts") as typeof import("./hook.ts");
      const [stdout, stderr] = [logs.stdoutLog, logs.stderrLog];
      const hook = { executable: config.preStart, env: planned.hookEnv, stdout, stderr };
      runHook(session, hook, (guard) => {
        core.perform([writeState(paths, stateDirectory, { ...creating, hook: guard })]);
      });
    }
    log.info("running-container");
    return enter(session, planned, creating, stateDirectory, logs);
  } catch (error) {
    undo(session, creating.cgroups);
    throw error;
  }
}

/** Its descriptor. */
function makeStateDirectory({ core, paths }: Session): Descriptor {
  const results = core.perform([
    rootDirectory(paths.states.external(), 0o755),
    rootDirectory(paths.stateDir.external(), 0o700),
  ]);
  return { fd: descriptorAt(results, 1) };
}

/** After a failure, which is what is to be told; one while cleaning up goes to bpm.log. */
export function undo(session: Session, cgroups: ProcessState["cgroups"]): void {
  const { core, paths, log } = session;
  try {
    core.perform([{ destroy: { cgroups } }, removePidfile(paths), removeState(paths)]);
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
  directory: Descriptor,
  logs: Logs,
): Launched {
  const { core, paths } = session;
  const isRun = creating.kind === "run";
  const none = { fd: -1 };
  const actions: Action[] = [
    writeEntry(paths, directory, entryOf(planned.launch)),
    createExitRecord(paths, directory),
    ...(isRun ? [] : [writePidfile(paths, directory, [])]),
  ];
  const launch = actions.length;
  actions.push(
    {
      launch: {
        plan: planned.launch,
        stdout: isRun ? none : { fd: logs.stdoutLog },
        stderr: isRun ? none : { fd: logs.stderrLog },
        exit_record: { of: 1 },
        pidfile: isRun ? none : { of: 2 },
        die_with_parent: isRun,
      },
    },
    writeRunning(paths, directory, creating, launch),
  );
  if (!isRun) {
    const running = { pid: { pid: launch }, process: { of: launch } };
    actions.push(...publishPidfile(paths, actions.length, directory, running));
  }
  const results = core.perform(actions);
  return { ...launchedAt(results, launch), ...logs, cgroups: creating.cgroups };
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
    core.perform([{ close: { fd } }]);
  }
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
