/** `bpm trace`: strace on every task of a process, until it ends or somebody has seen enough. */

import { isAlive, liveStartTime } from "../host/process.ts";
import type { Target } from "../lifecycle/session.ts";
import type { ProcessState } from "../lifecycle/state/state.ts";
import { runningState } from "../lifecycle/state/status.ts";
import { BpmError } from "../report/errors.ts";
import { stderr } from "../report/stderr.ts";
import { type Ended, Strace } from "./strace.ts";
import { type Task, tasksOf, tracerOf } from "./tasks.ts";

/** What forks faster than it can be attached to is not pursued for ever. */
const roundsMax = 5;

/** In milliseconds. What is born and dies within the grace is not worth one more strace. */
const pace = { poll: 10, attach: 2_000, grace: 100 } as const;

/** Signals with which one ends strace. */
const requests: readonly Ended[] = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"];

/** Returns when everything of the process has ended, or when `signal` has made strace let go. */
export async function traceProcess(target: Target, signal: AbortSignal): Promise<void> {
  const state = runningState(target.root, target.job, target.process);
  const straces: Strace[] = [];
  signal.addEventListener("abort", () => {
    for (const strace of straces) strace.end();
  });
  await attachToAll(state, straces, signal);
  const ends = await Promise.all(straces.map((strace) => strace.ended));
  if (!signal.aborted) explain(ends, state);
}

/** A thread of each process, its first unless that has ended: strace adds the others itself. */
export function attachmentPoints(tasks: readonly Task[]): number[] {
  const points = new Map<number, number>();
  for (const { process, tid } of tasks) {
    if (tid === process || !points.has(process)) points.set(process, tid);
  }
  return [...points.values()];
}

/**
 * Children of what is traced are traced by the kernel's doing. What was born before that, while
 * strace was on its way, gets one more strace.
 */
async function attachToAll(
  state: ProcessState,
  straces: Strace[],
  signal: AbortSignal,
): Promise<void> {
  const done = new Set<string>();
  const key = ({ tid, startTime }: Task) => `${tid} ${startTime}`;
  // At first those that others trace, too: strace tells of them.
  let tasks = tasksOf(state);
  for (let round = 0; tasks.length > 0 && !signal.aborted; round += 1) {
    if (round === roundsMax) {
      stderr.warn("not everything is traced: it forks faster than strace can attach");
      return;
    }
    const strace = new Strace(attachmentPoints(tasks));
    straces.push(strace);
    await attached(strace, tasks, signal);
    if (hasStranger(strace, tasks)) straces.pop()?.kill();
    else for (const task of tasks) done.add(key(task));
    await Bun.sleep(pace.grace);
    tasks = tasksOf(state).filter((task) => task.tracer === 0 && !done.has(key(task)));
  }
}

/** Waits until strace traces the tasks, but not for those that it is not let at. */
async function attached(
  strace: Strace,
  tasks: readonly Task[],
  signal: AbortSignal,
): Promise<void> {
  const isSettled = ({ tid, tracer }: Task) =>
    tracer !== 0 || [strace.pid, undefined].includes(tracerOf(tid));
  const deadline = performance.now() + pace.attach;
  while (!tasks.every(isSettled)) {
    if (signal.aborted || !strace.isRunning || performance.now() > deadline) return;
    await Bun.sleep(pace.poll);
  }
}

/**
 * Whether strace has got hold of a process that is none of the job's: strace goes by numbers, and
 * one of them may have been given out again since the tasks were listed.
 */
function hasStranger(strace: Strace, tasks: readonly Task[]): boolean {
  return tasks.some(
    ({ tid, startTime }) => tracerOf(tid) === strace.pid && liveStartTime(tid) !== startTime,
  );
}

/** Throws unless the straces ended because there was nothing left to trace, or were asked to. */
function explain(ends: readonly Ended[], state: ProcessState): void {
  const killed = ends.find((end) => typeof end === "string" && !requests.includes(end));
  if (killed !== undefined) throw new BpmError("strace", `strace was ended by ${killed}`);
  if (!ends.every((end) => typeof end === "number" && end !== 0) || !isAlive(state)) return;
  const taken = tasksOf(state).find(({ tracer }) => tracer !== 0);
  const why =
    taken === undefined
      ? "ptrace(2) is not permitted"
      : `process ${taken.process} is traced by process ${taken.tracer} already`;
  throw new BpmError("strace", `strace could not attach to ${state.id}: ${why}`, {
    hint:
      taken === undefined
        ? "See /proc/sys/kernel/yama/ptrace_scope; a container needs CAP_SYS_PTRACE."
        : "There can be one tracer at a time; end that one first.",
  });
}
