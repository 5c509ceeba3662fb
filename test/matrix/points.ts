/** The points of a command: each of its system calls, and what may become of it. */

import { readFileSync, rmSync } from "node:fs";
import type { BoshRoot } from "../support/bosh-root.ts";
import { plainEnvironment, run } from "../support/command.ts";
import type { Target } from "../support/strace.ts";
import { errnos } from "./errnos.ts";

export interface Point extends Target {
  /** For strace: `signal=KILL`, or `error=` and an errno. */
  readonly how: string;
}

/**
 * Enumerates the calls of a run that goes well. strace counts calls of a name for each process by
 * itself, and injects into whichever makes the one of that ordinal first; so these are the points
 * that there are.
 */
export async function enumerate(root: BoshRoot, args: readonly string[]): Promise<Target[]> {
  const file = `${root.path}/matrix`;
  await run(["strace", "-f", "-qq", "-s", "0", "-o", file, root.bpmProgram, ...args], {
    env: { ...plainEnvironment, ...root.environment() },
  });
  const text = readFileSync(file, "utf8");
  rmSync(file);
  const counts = new Map<string, number>();
  const most = new Map<string, number>();
  for (const [, pid, name = ""] of text.matchAll(/^(\d+) +(\w+)\(/gm)) {
    const count = (counts.get(`${pid} ${name}`) ?? 0) + 1;
    counts.set(`${pid} ${name}`, count);
    most.set(name, Math.max(most.get(name) ?? 0, count));
  }
  return [...most].flatMap(([name, count]) =>
    Array.from({ length: count }, (_, index) => ({ name, ordinal: index + 1 })),
  );
}

/** What may become of the calls: each the last one, and each failing as its man page says. */
export function pointsOf(targets: readonly Target[]): Point[] {
  return targets.flatMap((target) => [
    { ...target, how: "signal=KILL" },
    ...(errnos[target.name] ?? []).map((errno) => ({ ...target, how: `error=${errno}` })),
  ]);
}

/** Some of the points, spread over all of them; every `turn` has others. */
export function sample<T>(points: readonly T[], size: number, turn: number): T[] {
  const stride = Math.max(1, Math.floor(points.length / size));
  return points.filter((_, index) => index % stride === turn % stride).slice(0, size);
}
