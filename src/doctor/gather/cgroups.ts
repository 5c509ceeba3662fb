/** Asks the host where cgroups go, as a start would, which may mount some first. */
import { existsSync, readdirSync } from "node:fs";
import { gatherHierarchies, systemdSocket } from "../../host/cgroups.ts";
import type { Hierarchy } from "../../host/facts.ts";
import { readIfPresent } from "../../host/files.ts";
import type { MountEntry } from "../../host/mountinfo.ts";
import { isContainer } from "../../lifecycle/containers.ts";
import type { PrepareStep } from "../../plan/launch-plan.ts";
import { planMissingHierarchies } from "../../plan/missing-hierarchies.ts";
import type { CgroupFacts, HierarchyFacts, SwapFacts } from "../facts.ts";
import { refusal } from "./access.ts";

/** The hierarchies that a start would mount. */
export function comingMounts(mounts: readonly MountEntry[]): MountEntry[] {
  if (!isContainer()) return [];
  return planMissingHierarchies(mounts, readIfPresent("/proc/self/cgroup")).flatMap(mountOf);
}

/** `controllers`: those that v2 will show once it is mounted, where it is among the coming. */
export function gatherCgroups(
  mounts: readonly MountEntry[],
  coming: readonly MountEntry[],
  controllers: readonly string[],
): CgroupFacts {
  const isV2Coming = coming.some(isUnified);
  const hierarchies = gatherHierarchies([...mounts, ...coming])
    .map((found) => (isV2Coming && found.version === 2 ? { ...found, controllers } : found))
    .map((hierarchy) => observed(hierarchy, coming));
  return {
    known: knownHierarchies(readIfPresent("/proc/1/cgroup")),
    hierarchies,
    toMount: coming.map(({ mountPoint }) => mountPoint),
    readOnly: mounts
      .filter(({ type, readOnly }) => type.startsWith("cgroup") && readOnly)
      .map(({ mountPoint }) => mountPoint),
    systemd: existsSync(systemdSocket),
    swap: gatherSwap(hierarchies),
  };
}

export function isUnified({ type }: MountEntry): boolean {
  return type === "cgroup2";
}

/** The mount that a step will make; the tmpfs that holds some of them is no hierarchy. */
function mountOf(step: PrepareStep): MountEntry[] {
  if (step.kind !== "mount" || step.type === "tmpfs") return [];
  const superOptions = ["rw", ...step.options.map(({ key }) => key)];
  return [{ root: "/", mountPoint: step.path, type: step.type, superOptions, readOnly: false }];
}

function observed(hierarchy: Hierarchy, coming: readonly MountEntry[]): HierarchyFacts {
  const { parent, version, scopes } = hierarchy;
  const isComing = coming.some(({ mountPoint }) => `${parent}/`.startsWith(`${mountPoint}/`));
  // systemd makes its slice when the first scope needs it.
  const isThere = existsSync(parent);
  return {
    ...hierarchy,
    refused: isComing || (scopes && !isThere) ? null : refusal(parent),
    occupied:
      version === 2 &&
      !scopes &&
      readIfPresent(`${parent}/cgroup.type`) !== "" &&
      readIfPresent(`${parent}/cgroup.procs`) !== "",
  };
}

/** The controllers of each line of /proc/PID/cgroup; [""] for v2. */
function knownHierarchies(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (line.split(":")[1] ?? "").split(","));
}

function gatherSwap(hierarchies: readonly Hierarchy[]): SwapFacts {
  const kibibytes = /^SwapTotal:\s*(\d+) kB$/m.exec(readIfPresent("/proc/meminfo"))?.[1] ?? "0";
  const keeper = hierarchies.find(({ controllers }) => controllers.includes("memory"));
  const accounted = keeper === undefined ? undefined : countsSwap(keeper);
  return { total: Number(kibibytes) * 1024, accounted };
}

/** The file of the swap limit beside that of the memory limit. On v2, no root has either. */
function countsSwap({ version, parent }: Hierarchy): boolean | undefined {
  const [memory, swap] =
    version === 1
      ? ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"]
      : ["memory.max", "memory.swap.max"];
  const directory = [parent, ...children(parent)].find((path) => existsSync(`${path}/${memory}`));
  return directory === undefined ? undefined : existsSync(`${directory}/${swap}`);
}

function children(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${directory}/${name}`);
}
