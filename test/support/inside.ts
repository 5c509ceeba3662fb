/** Jobs that report what they see from inside their sandbox. */

import { type BoshRoot, type ProcessSpec, probe } from "./bosh-root.ts";
import { statusField } from "./process.ts";

/** What the probe's `report` prints; files of /proc as text. */
export interface Report {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly directory: string;
  readonly host: string;
  /** What opening /dev/tty gave: OK or errno's name. */
  readonly terminal: string;
  readonly arguments: readonly string[];
  readonly environment: readonly string[];
  readonly status: string;
  readonly limits: string;
  readonly mounts: string;
  readonly cgroups: string;
  readonly parent_status: string;
  readonly parent_arguments: string;
  readonly descriptors: readonly { readonly number: number; readonly target: string }[];
  readonly namespaces: readonly { readonly name: string; readonly id: string }[];
}

/** The two ways to a sandbox; what is inside must not depend on them. */
export const ways = ["start", "run"] as const;
export type Way = (typeof ways)[number];

/** Starts or runs a job that reports and, when started, stays. */
export async function reportFrom(
  root: BoshRoot,
  way: Way,
  spec: ProcessSpec = {},
  job = "web",
): Promise<Report> {
  root.job(job, { args: ["report", ...(way === "start" ? ["stay"] : [])], ...spec });
  const process = String(spec["name"] ?? job);
  if (way === "run") {
    return JSON.parse((await root.mustBpm(["run", job, "-p", process])).stdout) as Report;
  }
  await root.start(job, process);
  await root.printed(job, "ready", process);
  return JSON.parse(root.stdout(job, process).split("\n")[0] ?? "") as Report;
}

/** The outcome of each system call (see the probe's call.zig), made in the sandbox of `spec`. */
export async function attempt(
  root: BoshRoot,
  calls: readonly string[],
  spec: ProcessSpec = {},
): Promise<Record<string, string>> {
  root.job("attempt", { args: ["try", ...calls], ...spec });
  return JSON.parse((await root.mustBpm(["run", "attempt"])).stdout) as Record<string, string>;
}

/** What a shell script prints in the sandbox of `spec`. */
export async function shell(
  root: BoshRoot,
  script: string,
  spec: ProcessSpec = {},
): Promise<string> {
  root.job("shell", { executable: "/bin/sh", args: ["-c", script], ...spec });
  return (await root.mustBpm(["run", "shell"])).stdout;
}

/** A job's process that runs a shell script. */
export function script(text: string, spec: ProcessSpec = {}): ProcessSpec {
  return { executable: "/bin/sh", args: ["-c", text], ...spec };
}

export const probeSleeping: ProcessSpec = { executable: probe, args: ["sleep"] };

/** The soft and hard value of a limit: `limitOf(report.limits, "Max open files")`. */
export function limitOf(limits: string, name: string): [soft: string, hard: string] {
  const line = limits.split("\n").find((text) => text.startsWith(name));
  const [soft, hard] = line?.slice(name.length).trim().split(/\s+/) ?? [];
  if (soft === undefined || hard === undefined) throw new Error(`no ${name} in\n${limits}`);
  return [soft, hard];
}

/** The five capability sets of a /proc/PID/status. */
export function capabilitySets(status: string): Record<string, bigint> {
  const names = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];
  return Object.fromEntries(names.map((name) => [name, BigInt(`0x${statusField(status, name)}`)]));
}
