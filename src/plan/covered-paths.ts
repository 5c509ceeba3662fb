/** What of /proc, /sys and /etc an unprivileged process may not read, or not write. */
import { bpmTrees } from "../bosh/holders.ts";
import { type BoshRoot, isWithin, toHost } from "../bosh/paths.ts";
import type { PlannedMount } from "./planned-mount.ts";

/** Covered with nothing. Paths that a kernel or host has not got are skipped by the core. */
export const maskedPaths = [
  "/etc/sv", // runit's services, the BOSH agent's among them
  "/proc/acpi",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/sys/devices/virtual/powercap", // power readings betray what others compute: CVE-2020-8694
  "/sys/firmware",
] as const;

export const readonlyPaths = [
  "/proc/asound",
  "/proc/bus",
  "/proc/fs",
  "/proc/irq",
  "/proc/sys",
  "/proc/sysrq-trigger",
] as const;

/** What bpm goes by, where a writable volume would show it: no process may write there. */
export function ownPaths(root: BoshRoot, mounts: readonly PlannedMount[]): string[] {
  const writable = mounts.filter(({ mount, origin }) => "volume" in origin && !mount.read_only);
  const names = new Set(bpmTrees.flatMap((tree) => [tree, toHost(root, tree)]));
  return [...names].filter((name) =>
    writable.some(({ mount: { target } }) => isWithin(name, target) || isWithin(target, name)),
  );
}
