/** `bpm run`: a process in the foreground. Returns only when there is nothing to wait for. */
import { titleOf } from "../bosh/names.ts";
import { parseEnvFlag, parseVolumeFlag } from "../config/parse.ts";
import type { Limits, ProcessConfig } from "../config/types.ts";
import type { Core } from "../core/core.ts";
import { CoreError } from "../core/error.ts";
import { isJobExec } from "../core/steps.ts";
import type { ProcessPlan, RunOverrides } from "../plan/plan.ts";
import type { Logger } from "../report/bpm-log.ts";
import { BpmError } from "../report/errors.ts";
import { bytesText } from "../report/quantities.ts";
import { failure, findConfig, type Launched, launch, plan, undo } from "./launch.ts";
import { removeRemains } from "./remains.ts";
import { locked, logEnd, openSession, type Session, type Target } from "./session.ts";
import { endingData } from "./state/ending.ts";
import { stateFiles } from "./state/notes.ts";
import { exitFile } from "./state/state.ts";
import { processStatus } from "./state/status.ts";

export interface RunTarget extends Target {
  /** `-v` and `-e`, as given. */
  readonly volumes: readonly string[];
  readonly env: readonly string[];
}

/** As shells have it. */
const notExecutable = 126;
const notFound = 127;

/** What the failures of a run begin with; scripts may match it. */
const runFailed = "failed to run job-process";

/** Runs the process and, unless it runs already, never returns: the supervisor takes over. */
export function runProcess(target: RunTarget): void {
  const session = openSession("run", target);
  locked(session, () => run(session, target));
}

function run(session: Session, target: RunTarget): void {
  const { log, paths } = session;
  const config = findConfig(session);
  const overrides = readOverrides(session, target);
  const { status, state } = processStatus(target.root, target.job, target.process);
  if (status === "running") {
    log.info("process-already-running");
    const { stderr } = require("../report/stderr.ts") as typeof import("../report/stderr.ts");
    stderr.log(`${titleOf(target)} is running already; nothing was run`);
    return;
  }
  try {
    const planned = plan(session, config, overrides);
    if (status !== "stopped") log.info("removing-stopped-process", endingData(paths, state));
    removeRemains(session);
    launchRun(session, config, planned);
  } catch (error) {
    log.error("failed-to-run", error);
    const exitCode = exitCodeOf(error);
    throw failure(error, runFailed, ` (exit status ${exitCode})`, exitCode);
  }
}

function launchRun(session: Session, config: ProcessConfig, planned: ProcessPlan): never {
  const steps = session.log.session("run-process");
  steps.info("starting");
  try {
    const launched = launch(session, "run", config, planned, steps);
    return superviseOrUndo(session, config, steps, launched);
  } catch (error) {
    steps.info("complete");
    throw error;
  }
}

function superviseOrUndo(
  session: Session,
  config: ProcessConfig,
  steps: Logger,
  launched: Launched,
): never {
  try {
    return supervise(session, config, steps, launched);
  } catch (error) {
    undo(session, launched.cgroups);
    throw error;
  }
}

/** Replaces this process; the init stays its child. */
function supervise(
  session: Session,
  config: ProcessConfig,
  steps: Logger,
  launched: Launched,
): never {
  const { log, logFd, lockFd, paths } = session;
  const core: Core = session.core;
  const directory = paths.stateDir.external();
  const last = (how: () => void) =>
    log.later(() => {
      steps.info("complete");
      how();
      logEnd(log);
    });
  const memory = memoryNotice(config.limits);
  const document = {
    pid: launched.pid,
    stdout_pipe: launched.stdout,
    stderr_pipe: launched.stderr,
    stdout_log: launched.stdoutLog,
    stderr_log: launched.stderrLog,
    bpm_log: logFd,
    exit_record: `${directory}/${exitFile}`,
    failure_prefix: runFailed,
    memory_notice: `Warning: ${memory}\n`,
    on_out_of_memory: log.later(() => log.error("out-of-memory", memory)),
    on_success: last(() => undefined),
    on_failure: last(() =>
      log.error("failed-to-run", "exit status {status}", { reason: "{reason}" }),
    ),
    cgroups: launched.cgroups,
    unlink: stateFiles.map((name) => `${directory}/${name}`),
    rmdir: [directory],
  };
  const { stdout, stderr: errors, stdoutLog, stderrLog } = launched;
  return core.become({
    name: "supervise",
    argv: ["bpm", ...process.argv.slice(2)],
    keep: [stdout, errors, stdoutLog, stderrLog, logFd, lockFd],
    document,
  });
}

/** What is said when the kernel has killed something of the process for want of memory. */
function memoryNotice({ memoryBytes = 0n }: Limits): string {
  const limit =
    memoryBytes > 0n
      ? `limits.memory is ${bytesText(Number(memoryBytes))}`
      : "it has no limit of its own, so the machine's or a container's was reached";
  return `memory ran out, and the kernel has killed a process: ${limit}`;
}

function readOverrides(session: Session, target: RunTarget): RunOverrides {
  const { log } = session;
  const parse = <Result>(name: string, read: () => Result): Result => {
    try {
      return read();
    } catch (error) {
      log.error(name, error);
      throw error;
    }
  };
  return {
    volumes: parse("invalid-volume-definition", () =>
      target.volumes.map((text) => parseVolumeFlag(text, target)),
    ),
    env: parse("invalid-environment-definition", () => target.env.map(parseEnvFlag)),
  };
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CoreError && isJobExec(error.action)) {
    return error.errno === "ENOENT" ? notFound : notExecutable;
  }
  return error instanceof BpmError ? error.exitCode : 1;
}
