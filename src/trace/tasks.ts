/** The tasks of a process: its threads, those of its children, whatever else is in its cgroups. */
import { readdirSync } from "node:fs";
import { readIfThere } from "../core/files.ts";
import { liveStartTime } from "../host/process.ts";
import type { ProcessState } from "../lifecycle/state/state.ts";
import { isSystemError } from "../report/errors.ts";

/** A thread that runs, of a process that may have others: proc_pid_task(5). */
export interface Task {
  /** The process, which has the number of its first thread. */
  readonly process: number;
  readonly tid: number;
  /** With the number it names the task, since numbers are given out again. */
  readonly startTime: string;
  /** The thread that traces it, or 0. */
  readonly tracer: number;
}

/** The tasks that run now, the init's first. While they are listed, others may be born. */
export function tasksOf(state: ProcessState): Task[] {
  const tasks = processesOf(state).flatMap(tasksOfProcess);
  // One that ended meanwhile may have left its number to a stranger.
  const still = new Set(processesOf(state));
  return tasks.filter(({ process }) => still.has(process));
}

/** Who traces a thread: 0 if nobody does, undefined where it is gone. */
export function tracerOf(tid: number): number | undefined {
  const [, tracer] = /^TracerPid:\s*(\d+)$/m.exec(readIfThere(`/proc/${tid}/status`) ?? "") ?? [];
  return tracer === undefined ? undefined : Number(tracer);
}

/** Without cgroups, what descends from the init: all but those who joined its sandbox later. */
function processesOf({ pid, start_time, cgroups }: ProcessState): number[] {
  const init = liveStartTime(pid) === start_time ? [pid] : [];
  const others =
    cgroups.length > 0
      ? cgroups.flatMap(({ directory }) => processesIn(directory))
      : init.flatMap(descendantsOf);
  return [...new Set([...init, ...others])];
}

/** The processes of a cgroup, and of those that a privileged job has made below it. */
function processesIn(directory: string): number[] {
  const below = directoriesIn(directory).map((name) => `${directory}/${name}`);
  return [...numbersIn(`${directory}/cgroup.procs`), ...below.flatMap(processesIn)];
}

function descendantsOf(pid: number): number[] {
  const children = directoriesIn(`/proc/${pid}/task`).flatMap((tid) =>
    numbersIn(`/proc/${pid}/task/${tid}/children`),
  );
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function tasksOfProcess(process: number): Task[] {
  return directoriesIn(`/proc/${process}/task`)
    .map(Number)
    .flatMap((tid) => {
      const startTime = liveStartTime(tid);
      const tracer = tracerOf(tid);
      // A first thread that has ended stays, as a zombie, until the others have.
      return startTime === undefined || tracer === undefined
        ? []
        : [{ process, tid, startTime, tracer }];
    });
}

/** 0 stands for a process of another PID namespace (cgroups(7)). */
function numbersIn(file: string): number[] {
  const text = orElse("", () => readIfThere(file) ?? "");
  return text
    .split(/\s+/)
    .map(Number)
    .filter((number) => number > 0);
}

function directoriesIn(directory: string): string[] {
  return orElse([], () =>
    readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name),
  );
}

/** What is gone has nothing; nor has a threaded cgroup, whose processes are listed further up. */
function orElse<Result>(nothing: Result, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (isSystemError(error)) return nothing;
    throw error;
  }
}
