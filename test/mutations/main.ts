/**
 * Takes each protection away in a copy of the project, builds it, and runs the suites that have to
 * notice. Ends with the line `N noticed, N survived, N did not build`; 0 only if all were noticed.
 */

import { rmSync } from "node:fs";
import { mutations } from "./list/index.ts";
import { type Mutation, needsRoot } from "./mutation.ts";
import { Scratch } from "./scratch.ts";

type Outcome = "noticed" | "survived" | "did not build";

const patterns = process.argv.slice(2);
const chosen = mutations.filter(
  ({ protects, file }) =>
    patterns.length === 0 || patterns.some((text) => `${protects} ${file}`.includes(text)),
);
if (process.getuid?.() !== 0) throw new Error("the suites need root");

const scratch = await Scratch.make();
process.exitCode = await run().finally(() => rmSync(scratch.path, { recursive: true }));

async function run(): Promise<number> {
  const suites = [...new Set(chosen.flatMap((mutation) => mutation.suites))].sort();
  console.log(`${chosen.length} protections, held by ${suites.length} suites`);
  if (!(await scratch.build())) throw new Error("the project does not build");
  // A suite that fails anyway would seem to notice everything.
  const broken = new Set<string>();
  for (const suite of suites) {
    if (await passesTwice(suite)) continue;
    broken.add(suite);
    console.log(`(broken) ${suite} fails without any mutation, and is left out`);
  }
  const outcomes: Outcome[] = [];
  for (const mutation of chosen) {
    const outcome = await judge(mutation, broken);
    console.log(`(${outcome}) ${mutation.file}: ${mutation.protects}`);
    outcomes.push(outcome);
  }
  const count = (wanted: Outcome) => outcomes.filter((outcome) => outcome === wanted).length;
  const noticed = count("noticed");
  const [survived, unbuilt] = [count("survived"), count("did not build")];
  console.log(`\n${noticed} noticed, ${survived} survived, ${unbuilt} did not build`);
  return noticed === chosen.length && broken.size === 0 ? 0 : 1;
}

/** A busy machine may make a suite fail once. */
async function passesTwice(suite: string): Promise<boolean> {
  return (await scratch.passes(suite)) || scratch.passes(suite);
}

async function judge(mutation: Mutation, broken: ReadonlySet<string>): Promise<Outcome> {
  const putBack = scratch.apply(mutation);
  try {
    const needsProduct = mutation.suites.some((suite) => needsRoot(suite));
    if (needsProduct && !(await scratch.build())) return "did not build";
    for (const suite of mutation.suites) {
      if (!broken.has(suite) && !(await scratch.passes(suite))) return "noticed";
    }
    return "survived";
  } finally {
    putBack();
  }
}
