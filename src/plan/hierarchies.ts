/**
 * Where cgroup leaves can be made on this host: v1, v2 or both.
 *
 * A leaf goes beside, not below, the cgroup of whoever called bpm: systemd kills what is below a
 * unit's cgroup when it stops the unit, and a job must outlive a restart of monit. It goes below
 * the cgroup of PID 1, which is the part of the tree that belongs to this machine or container:
 * there the container's own limits hold, and a job of the same name on the machine around it is
 * not touched. See cgroups(7) and, for the paths as a cgroup namespace shows them,
 * cgroup_namespaces(7).
 */
import { posix } from "node:path";

import { isWithin } from "../bosh/paths.ts";
import type { Hierarchy } from "./facts.ts";
import type { MountEntry } from "./mountinfo.ts";

/**
 * The writable hierarchies. `initCgroup` is the text of /proc/1/cgroup; `read` reads a file of a
 * v2 directory.
 */
export function findHierarchies(
  mounts: readonly MountEntry[],
  initCgroup: string,
  read: (path: string) => string,
): Hierarchy[] {
  const writable = mounts.filter(({ type, readOnly }) => type.startsWith("cgroup") && !readOnly);
  return initCgroup.split("\n").flatMap((line): Hierarchy[] => {
    const [, id, names = "", init] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === undefined || init === undefined) return [];
    const version = id === "0" ? 2 : 1;
    const controllers = names.split(",");
    const parent = parentOf(writable.filter((mount) => holds(mount, version, controllers)), init);
    if (parent === undefined) return [];
    if (version === 1) return [{ version, parent, controllers, enabled: controllers }];
    const words = (file: string) => read(`${parent}/${file}`).split(/\s+/).filter(Boolean);
    return [{
      version,
      parent,
      controllers: words("cgroup.controllers"),
      enabled: words("cgroup.subtree_control"),
    }];
  });
}

function holds(mount: MountEntry, version: 1 | 2, controllers: readonly string[]): boolean {
  if (version === 2) return mount.type === "cgroup2";
  return mount.type === "cgroup" && controllers.every((name) => mount.superOptions.includes(name));
}

/** PID 1's directory in the first mount that shows it, else the top of the first mount. */
function parentOf(mounts: readonly MountEntry[], init: string): string | undefined {
  for (const mount of mounts) {
    const below = isWithin(init, mount.root) ? posix.relative(mount.root, init) : "..";
    // ".." is outside: of this mount, or of the cgroup namespace.
    if (!below.split("/").includes("..")) return posix.join(mount.mountPoint, withoutInit(below));
  }
  return mounts[0]?.mountPoint;
}

/** systemd sits in a leaf of its own, and so does the init of containers that nest cgroups. */
function withoutInit(path: string): string {
  return path.replace(/(^|\/)init(\.scope)?$/, "");
}
