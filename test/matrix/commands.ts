/** The commands whose calls are points, and what has to be true whatever becomes of those. */

import { rmSync } from "node:fs";
import { BoshRoot } from "../support/bosh-root.ts";
import { leftovers, nothing, sandboxedProcesses } from "../support/clean-up.ts";
import { type CommandResult, describe } from "../support/command.ts";
import { childrenOf, isAlive } from "../support/process.ts";
import { inject } from "../support/strace.ts";
import { eventually } from "../support/wait.ts";
import { enumerate, type Point, pointsOf } from "./points.ts";

const job = "web";
const sleeping = { args: ["sleep"], ephemeral_disk: true, limits: { memory: "64M" } };
const ending = { ...sleeping, args: ["exit", "3"] };

export interface Command {
  readonly name: string;
  readonly args: readonly string[];
  /** Before the command: strace waits for what it starts, so that has to end by itself. */
  prepare(root: BoshRoot): Promise<void>;
  /** After it: throws unless everything is, or is put, right. */
  settle(root: BoshRoot, result: CommandResult): Promise<void>;
}

export const commands: readonly Command[] = [
  {
    name: "start",
    args: ["start", job],
    prepare: async (root) => root.job(job, ending),
    settle: startsAndStops,
  },
  {
    name: "stop",
    args: ["stop", job],
    prepare: async (root) => {
      root.job(job, sleeping);
      await root.start(job);
    },
    settle: async (root, result) => {
      if (result.code === 0) requireNothing(root);
      await startsAndStops(root);
    },
  },
  {
    name: "run",
    args: ["run", job],
    prepare: async (root) => root.job(job, ending),
    settle: async (root) => {
      await eventually("the sandbox's end", () => sandboxedProcesses(root).length === 0);
      const again = await root.bpm(["run", job]);
      if (again.code !== 3) throw new Error(describe(["bpm", "run"], again));
      requireNothing(root);
    },
  },
  {
    name: "exec",
    args: ["exec", job, "--", "/bin/echo", "executed"],
    prepare: async (root) => {
      if (root.states().length > 0) return;
      root.job(job, sleeping);
      await root.start(job);
    },
    settle: async (root, result) => {
      if (result.code === 0 && result.stdout !== "executed\n") throw new Error("not executed");
      if (!isAlive(root.pid(job))) throw new Error("the process has ended");
      const again = await root.mustBpm(["exec", job, "--", "/bin/echo", "executed"]);
      if (again.stdout !== "executed\n") throw new Error("the next is not executed");
    },
  },
];

/** The next start has exactly one process as its effect, and the next stop leaves nothing. */
async function startsAndStops(root: BoshRoot): Promise<void> {
  root.job(job, sleeping);
  const pid = await root.start(job);
  const expected = [pid, ...childrenOf(pid)].sort().join();
  const found = sandboxedProcesses(root).sort().join();
  if (found !== expected) throw new Error(`processes ${found} and not ${expected}`);
  await root.stop(job);
  requireNothing(root);
}

function requireNothing(root: BoshRoot): void {
  const left = leftovers(root);
  if (!Bun.deepEquals(left, nothing)) throw new Error(`left behind: ${JSON.stringify(left)}`);
}

/** Every point of a command. */
export async function pointsOfCommand(command: Command): Promise<Point[]> {
  await using root = new BoshRoot();
  await command.prepare(root);
  return pointsOf(await enumerate(root, command.args));
}

/** What is wrong at a point; undefined where everything is put right. */
async function tryPoint(
  root: BoshRoot,
  command: Command,
  point: Point,
): Promise<string | undefined> {
  const title = `${command.name}: call ${point.ordinal} of ${point.name}, ${point.how}`;
  let result: CommandResult | undefined;
  try {
    await command.prepare(root);
    result = await inject(root, command.args, point, point.how);
    await command.settle(root, result);
    return undefined;
  } catch (error) {
    return `${title}: ${error instanceof Error ? error.message : error}\n${result?.stderr ?? ""}`;
  }
}

/** Tries points one after the other, on a root that is made anew where something went wrong. */
export async function tryPoints(
  command: Command,
  next: () => Point | undefined,
  tell: (problem: string | undefined) => void,
): Promise<void> {
  let root = new BoshRoot();
  for (let point = next(); point !== undefined; point = next()) {
    const problem = await tryPoint(root, command, point);
    tell(problem);
    if (problem === undefined) continue;
    await root[Symbol.asyncDispose]().catch(() => rmSync(root.path, { recursive: true }));
    root = new BoshRoot();
  }
  await root[Symbol.asyncDispose]();
}
