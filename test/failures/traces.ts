/** What a command that failed must not leave, looked for everywhere it could be. */

import { expect } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BoshRoot } from "../support/bosh-root.ts";
import { sandboxedProcesses } from "../support/clean-up.ts";
import type { CommandResult } from "../support/command.ts";
import { mountsOf } from "../support/mounts.ts";

/** A name of this run alone, so that its cgroups are told from those of other runs. */
export const job = `victim${process.pid}`;

/** Nothing of the job is left, and the host's mounts are the `mounts` of before. */
export function expectNoTraces(root: BoshRoot, mounts: string): void {
  expect({
    processes: sandboxedProcesses(root),
    cgroups: cgroupsOfJob(),
    states: root.states(),
    files: filesBelow(root.at("data/sys/run")),
    mounts: mountinfo(),
  }).toEqual({ processes: [], cgroups: [], states: [], files: [], mounts });
}

/** The mounts of this namespace, as the kernel lists them. */
export function mountinfo(): string {
  return readFileSync("/proc/self/mountinfo", "utf8");
}

/** Sockets, pidfiles, notes: everything but directories. */
function filesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => join(entry.parentPath, entry.name));
}

/** The job's leaves, in every hierarchy, at any depth. */
function cgroupsOfJob(): string[] {
  return mountsOf("self")
    .filter(({ type }) => type.startsWith("cgroup"))
    .flatMap(({ target }) => {
      const entries = readdirSync(target, { recursive: true, withFileTypes: true });
      const directories = entries.filter((entry) => entry.isDirectory());
      const ours = directories.filter(({ name }) => name.includes(`bpm-${job}`));
      return ours.map((entry) => join(entry.parentPath, entry.name));
    });
}

/** One sentence on stderr, perhaps another with a hint, and no stack trace. */
export function expectSentence(result: CommandResult, ...parts: readonly string[]): void {
  const { stdout, stderr } = result;
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^Error: [^\n]+\n([A-Z][^\n]+[.?]\n)?$/);
  const [sentence] = stderr.split("\n");
  for (const part of parts) expect(sentence).toContain(part);
}

/** The same failure in bpm.log, under this message. */
export function expectLogged(root: BoshRoot, message: string, { stderr }: CommandResult): void {
  const line = root.bpmLog(job).findLast(({ level }) => level === "error");
  expect(line?.message).toBe(message);
  expect(stderr).toContain(line?.data["error"] ?? "an error in bpm.log");
}
