/** What a process uses, as its cgroups count it: cgroup-v2.rst and cgroup-v1/ of the kernel. */
import type { CgroupRef } from "../core/documents.ts";
import { readIfThere } from "../core/files.ts";

/** Numbers that this kernel or hierarchy does not keep, and a limit that is none, are absent. */
export interface Gauge {
  readonly now?: number;
  /** The most there ever was. */
  readonly peak?: number;
  readonly limit?: number;
}

export interface Usage {
  /** In bytes, page cache included. */
  readonly memory: Gauge;
  /** Processes and threads, the init included. */
  readonly tasks: Gauge;
}

type Files = Readonly<Record<keyof Gauge, string>>;

const tasks: Files = { now: "pids.current", peak: "pids.peak", limit: "pids.max" };

const memory: Readonly<Record<CgroupRef["version"], Files>> = {
  1: {
    now: "memory.usage_in_bytes",
    peak: "memory.max_usage_in_bytes",
    limit: "memory.limit_in_bytes",
  },
  2: { now: "memory.current", peak: "memory.peak", limit: "memory.max" },
};

/** Reads the counters of the leaves that a process is in. */
export function readUsage(cgroups: readonly CgroupRef[]): Usage {
  return {
    memory: readGauge(cgroups, ({ version }) => memory[version]),
    tasks: readGauge(cgroups, () => tasks),
  };
}

function readGauge(cgroups: readonly CgroupRef[], filesOf: (cgroup: CgroupRef) => Files): Gauge {
  for (const cgroup of cgroups) {
    const { now, peak, limit } = filesOf(cgroup);
    const read = (file: string) => count(readIfThere(`${cgroup.directory}/${file}`));
    const counted = read(now);
    // Each controller counts in one hierarchy only.
    if (counted !== undefined) return gauge(counted, read(peak), read(limit));
  }
  return {};
}

function gauge(now: number, peak: number | undefined, limit: number | undefined): Gauge {
  return { now, ...(peak !== undefined && { peak }), ...(limit !== undefined && { limit }) };
}

/** v1 says "no limit" with the largest number of pages, v2 with "max". */
const unlimited = 2 ** 62;

function count(text: string | undefined): number | undefined {
  const number = Number.parseInt(text ?? "", 10);
  return number < unlimited ? number : undefined;
}
