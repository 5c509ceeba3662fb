/** Runs the targets in turn until the time is over. Exit status 1 when something was found. */

import { parseArgs } from "node:util";
import { Dice } from "../unit/config/dice.ts";
import { shrink } from "./shrink.ts";
import type { Target } from "./target.ts";
import { targets } from "./targets.ts";

/** One finding of a target is enough at a time. */
interface Finding {
  readonly input: string;
  readonly error: unknown;
}

const { values: flags } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    target: { type: "string" },
  },
});
const seed = Number(flags.seed);
const seconds = Number(flags.seconds);
const chosen = targets.filter(({ name }) => flags.target === undefined || name === flags.target);
if (chosen.length === 0) throw new Error(`no target ${flags.target}`);

let found = 0;
for (const target of chosen) {
  const { cases, finding } = await fuzz(target, seconds / chosen.length);
  console.log(`${target.name}: ${cases} inputs, seed ${seed}`);
  if (finding === undefined) continue;
  found += 1;
  const input = await shrink(finding.input, async (candidate) => await fails(target, candidate));
  console.log(`(fail) ${target.name}: ${messageOf(finding.error)}`);
  console.log(`       input: ${JSON.stringify(input)}`);
}
process.exitCode = found === 0 ? 0 : 1;

async function fuzz(target: Target, time: number): Promise<{ cases: number; finding?: Finding }> {
  const end = performance.now() + time * 1000;
  let cases = 0;
  for (; performance.now() < end; cases += 1) {
    // Each input has dice of its own, so the time that others take does not matter.
    const input = target.generate(new Dice(seed * 1_000_003 + cases));
    try {
      await target.check(input);
    } catch (error) {
      return { cases, finding: { input, error } };
    }
  }
  return { cases };
}

async function fails(target: Target, input: string): Promise<boolean> {
  try {
    await target.check(input);
    return false;
  } catch {
    return true;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
