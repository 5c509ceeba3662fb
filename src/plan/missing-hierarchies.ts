/**
 * Cgroup hierarchies that a container is in but does not show: the entry points of some leave that
 * to whoever needs them. On a machine of its own that is the service manager's to decide.
 */

import type { MountEntry } from "../host/mountinfo.ts";
import { joined } from "./cgroups.ts";
import type { PrepareStep } from "./launch-plan.ts";

const top = "/sys/fs/cgroup";

/** The mounts to make, in this order. `ownCgroup` is the text of /proc/self/cgroup. */
export function planMissingHierarchies(
  mounts: readonly MountEntry[],
  ownCgroup: string,
): PrepareStep[] {
  const hierarchies = parseCgroup(ownCgroup);
  const needed = hierarchies.filter((controllers) =>
    controllers.some((name) => joined.includes(name)),
  );
  if (needed.length === 0) return hierarchies.length > 0 ? missingV2(mounts) : [];
  const missing = needed.filter(
    (controllers) =>
      !mounts.some(
        ({ type, superOptions }) =>
          type === "cgroup" && controllers.every((name) => superOptions.includes(name)),
      ),
  );
  if (missing.length === 0) return [];
  return [...missingTop(mounts), ...missing.map(mountV1)];
}

/** The controllers of each hierarchy; none for v2. */
function parseCgroup(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (line.split(":")[1] ?? "").split(",").filter((name) => name !== ""));
}

function missingV2(mounts: readonly MountEntry[]): PrepareStep[] {
  if (mounts.some(({ type }) => type === "cgroup2")) return [];
  return [{ kind: "mount", path: top, type: "cgroup2", options: [] }];
}

/** The directories of v1 hierarchies need somewhere to be: that of sysfs takes none. */
function missingTop(mounts: readonly MountEntry[]): PrepareStep[] {
  if (mounts.some(({ mountPoint }) => mountPoint === top)) return [];
  const options = [{ key: "mode", value: "755" }];
  return [{ kind: "mount", path: top, type: "tmpfs", options }];
}

function mountV1(controllers: readonly string[]): PrepareStep {
  const options = controllers.map((key) => ({ key, value: "" }));
  return { kind: "mount", path: `${top}/${controllers.join(",")}`, type: "cgroup", options };
}
