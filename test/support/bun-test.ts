/** Running test files with bun test, and counting what came of them. */

import { existsSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { exitStatus } from "./command.ts";
import { cacheDirectory, projectDirectory } from "./product.ts";
import type { Tally } from "./tally.ts";
import { sum, tallyJunit } from "./tally.ts";

const bun = join(projectDirectory, "node_modules/.bin/bun");

/** One more than there are processors: tests wait more than they compute. */
const workers = availableParallelism() + 1;

/** The test files below directories, in their order, whose path contains one of the patterns. */
export function testFiles(directories: readonly string[], patterns: readonly string[]): string[] {
  const files = directories.flatMap((directory) => {
    const glob = new Bun.Glob(`${directory}/**/*.test.ts`);
    return [...glob.scanSync({ cwd: projectDirectory })].sort();
  });
  const wanted = (file: string) => patterns.some((pattern) => file.includes(pattern));
  return files.filter((file) => patterns.length === 0 || wanted(file));
}

/** Runs files that share the machine with each other, in one go. */
export async function runTogether(files: readonly string[]): Promise<Tally> {
  if (files.length === 0) return sum([]);
  return bunTest([`--parallel=${workers}`, ...files], [], {});
}

/**
 * Runs each file in a mount namespace of its own, several at a time. Their output is shown file by
 * file, as each is done.
 */
export async function runApart(files: readonly string[], runName: string): Promise<Tally> {
  const enter = [join(projectDirectory, "test/support/enter-namespace"), runName];
  const queue = [...files];
  const tallies: Tally[] = [];
  const worker = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      tallies.push(await bunTest([file], enter, { BPM_TEST_RUN: runName }));
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return sum(tallies);
}

let reports = 0;

async function bunTest(
  args: readonly string[],
  prefix: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Tally> {
  reports += 1;
  const report = join(cacheDirectory, `${process.pid}-${reports}.xml`);
  const reporter = ["--reporter=junit", `--reporter-outfile=${report}`];
  const child = Bun.spawn([...prefix, bun, "test", "--timeout=120000", ...reporter, ...args], {
    cwd: projectDirectory,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  await child.exited;
  process.stdout.write(stdout + stderr);
  const text = existsSync(report) ? readFileSync(report, "utf8") : undefined;
  rmSync(report, { force: true });
  const tally = tallyJunit(text, exitStatus(child));
  if (text === undefined) console.log(`(fail) ${basename(args.at(-1) ?? "")} has no report`);
  return tally;
}
