/** What a run of the suites leaves on the machine, seen from outside its mount namespace. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mountsOf } from "./mounts.ts";
import { allPids, isAlive, readProcessFile } from "./process.ts";
import { hasScopes, unitsLike } from "./systemd.ts";
import { eventually } from "./wait.ts";

export interface HostTraces {
  readonly mounts: readonly string[];
  readonly files: readonly string[];
  readonly cgroups: readonly string[];
  /** Of systemd's. */
  readonly units: readonly string[];
}

/** The traces that a run could leave; its /tmp is its own and gone with its namespace. */
export function observeHost(): HostTraces {
  const mounts = mountsOf("self").map(({ target, source }) => `mount of ${source} at ${target}`);
  return {
    mounts: mounts.filter((mount) => /bpm|vcap/.test(mount)),
    files: ["/", "/var", "/mnt"].flatMap(list),
    cgroups: mountsOf("self")
      .filter(({ type }) => type.startsWith("cgroup"))
      .flatMap(bpmCgroups),
    units: hasScopes ? emptyUnits() : [],
  };
}

/** Ends the processes of a run that are still there and returns them. */
export function endRun(runName: string): string[] {
  return processesOf(runName).map((pid) => {
    const command = readProcessFile(pid, "cmdline")?.replaceAll("\0", " ");
    process.kill(pid, "SIGKILL");
    return `process ${pid} ${command}`;
  });
}

/** What was not on the machine before. Other runs at the same time may come and go. */
export async function whatRunLeft(before: HostTraces, runName: string): Promise<string[]> {
  const processes = endRun(runName);
  const fresh = () => difference(observeHost(), before);
  try {
    await eventually("the machine to be as before", () => fresh().length === 0, 10);
    return processes;
  } catch {
    return [...processes, ...fresh()];
  }
}

/** Processes that see the file system that the run had at /tmp. */
function processesOf(runName: string): number[] {
  return allPids().filter((pid) => {
    return isAlive(pid) && readProcessFile(pid, "mountinfo")?.includes(` ${runName} `);
  });
}

function difference(now: HostTraces, before: HostTraces): string[] {
  const old = new Set(Object.values(before).flat());
  return Object.values(now)
    .flat()
    .filter((trace) => !old.has(trace));
}

function list(directory: string): string[] {
  return readdirSync(directory).map((name) => `file ${join(directory, name)}`);
}

/** Cgroups that look like bpm's and in which nothing runs: others may be at work. */
function bpmCgroups({ target }: { readonly target: string }): string[] {
  const names = readdirSync(target, { recursive: true, encoding: "utf8", withFileTypes: true });
  return names
    .filter((entry) => entry.isDirectory() && entry.name.includes("bpm-"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((directory) => isEmptyCgroup(directory))
    .map((directory) => `cgroup ${directory}`);
}

/** Scopes of bpm's that systemd keeps although nothing runs in them. */
function emptyUnits(): string[] {
  const units = unitsLike("bpm-*").map((line) => line.split(" ")[0] ?? "");
  const isPopulated = (unit: string) => {
    const file = `/sys/fs/cgroup/system.slice/${unit}/cgroup.events`;
    return existsSync(file) && readFileSync(file, "utf8").includes("populated 1");
  };
  return units.filter((unit) => !isPopulated(unit)).map((unit) => `unit ${unit}`);
}

function isEmptyCgroup(directory: string): boolean {
  const file = join(directory, "cgroup.procs");
  return existsSync(file) && readFileSync(file, "utf8") === "";
}
