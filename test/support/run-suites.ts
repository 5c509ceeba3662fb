/**
 * `npm test [-- PATTERN...]`: lints, builds, checks types, and runs every suite, or only the test
 * files whose path contains a pattern. Ends with the line `N passed, N failed, N skipped`.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runApart, runTogether, testFiles } from "./bun-test.ts";
import { exitStatus } from "./command.ts";
import { missingCommands } from "./debian.ts";
import { endRun, observeHost, whatRunLeft } from "./host-traces.ts";
import { lint } from "./lint.ts";
import { buildProbe } from "./probe-build.ts";
import {
  cacheDirectory,
  projectDirectory,
  shareProduct,
  unshareProduct,
  zigProgram,
} from "./product.ts";
import type { Tally } from "./tally.ts";
import { conclude, fail, pass, sum, tallyZig } from "./tally.ts";

const bun = join(projectDirectory, "node_modules/.bin/bun");
const tsc = join(projectDirectory, "node_modules/.bin/tsc");
const runName = `bpm-test-${process.pid}`;

const tools = { monit: "monit", strace: "strace", "redis-server": "redis-server" };
/** Suites that need neither root nor the kernel. */
const unprivilegedSuites = ["test/unit", "test/contract", "test/programs"];
/** Suites that start jobs, slow ones first: they run several at a time. */
const privilegedSuites = ["test/monit", "test/failures", "test/integration", "test/security"];

/** Runs everything in order; what cannot even run has failed. */
export async function runSuites(patterns: readonly string[]): Promise<Tally> {
  const tallies: Tally[] = [];
  try {
    for await (const tally of everything(patterns)) tallies.push(tally);
  } catch (error) {
    console.error(error);
    tallies.push(fail);
  }
  return sum(tallies);
}

async function* everything(patterns: readonly string[]): AsyncGenerator<Tally> {
  mkdirSync(cacheDirectory, { recursive: true });
  if (patterns.length === 0) {
    announce("Format and rules");
    yield await lint();
  }
  const built = await step("Build (dist/bpm, dist/libbpm.so)", [bun, "build.ts"]);
  yield built;
  if (built === fail) return;
  await buildProbe();
  if (patterns.length === 0) {
    yield await step("Types (tsc --noEmit)", [tsc, "--noEmit"]);
    yield await zigTests();
  }
  announce("Suites that need no root");
  yield await runTogether(testFiles(unprivilegedSuites, patterns));
  yield await privileged(testFiles(privilegedSuites, patterns));
}

async function step(title: string, argv: readonly string[]): Promise<Tally> {
  announce(title);
  const child = Bun.spawn([...argv], {
    cwd: projectDirectory,
    stdio: ["ignore", "inherit", "inherit"],
  });
  await child.exited;
  return child.exitCode === 0 ? pass : fail;
}

async function zigTests(): Promise<Tally> {
  announce("Zig unit tests");
  const child = Bun.spawn([zigProgram, "build", "test", "--summary", "all"], {
    cwd: join(projectDirectory, "zig"),
    stdio: ["ignore", "inherit", "pipe"],
  });
  const output = await new Response(child.stderr).text();
  await child.exited;
  process.stderr.write(output);
  return tallyZig(output, exitStatus(child));
}

/** The suites that need root; where they cannot run they are counted as skipped. */
async function privileged(files: readonly string[]): Promise<Tally> {
  announce("Suites that start jobs");
  const lacking = await whatPrivilegedSuitesLack();
  if (lacking !== undefined) {
    console.log(`They are skipped: ${lacking}`);
    return runTogether(files);
  }
  const before = observeHost();
  shareProduct();
  const tally = await runApart(files, runName);
  unshareProduct();
  announce("Traces on the machine");
  const left = await whatRunLeft(before, runName);
  for (const trace of left) console.log(`(fail) left behind: ${trace}`);
  if (left.length === 0) console.log("(pass) leaves no process, mount, cgroup or file behind");
  return sum([tally, left.length === 0 ? pass : fail]);
}

async function whatPrivilegedSuitesLack(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "they need root, run them with sudo";
  const missing = await missingCommands(tools);
  if (missing.length > 0) return `this machine has no ${missing.join(", ")}`;
  const namespace = Bun.spawnSync(["unshare", "--mount", "--propagation", "private", "true"]);
  return namespace.success ? undefined : `unshare: ${namespace.stderr.toString().trim()}`;
}

function announce(title: string): void {
  console.log(`\n== ${title}`);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    endRun(runName);
    process.exit(signal === "SIGINT" ? 130 : 143);
  });
}

if (import.meta.main) process.exit(conclude(await runSuites(process.argv.slice(2))));
