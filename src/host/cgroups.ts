/** Asks the host where cgroup leaves can be made, and which there are. */
import type { BoshRoot } from "../bosh/paths.ts";
import type { ProcessPaths } from "../bosh/process-paths.ts";
import { readNames } from "../core/files.ts";
import { isSystemError } from "../report/errors.ts";
import type { Hierarchy } from "./facts.ts";
import { readIfPresent } from "./files.ts";
import { findHierarchies } from "./hierarchies.ts";
import { idOfLeaf, isLeafOf, type LeafPlace, leafOf, leafPlace } from "./leaf.ts";
import { type MountEntry, parseMountinfo } from "./mountinfo.ts";

/** Where systemd listens to root, if it is the service manager here. */
export const systemdSocket = "/run/systemd/private";

export function gatherHierarchies(mounts: readonly MountEntry[]): Hierarchy[] {
  return findHierarchies({
    mounts,
    initCgroup: readIfPresent("/proc/1/cgroup"),
    read: readIfPresent,
  });
}

/** A leaf that there is. */
export interface FoundLeaf extends LeafPlace {
  readonly version: 1 | 2;
}

/** The leaves on this host that hold what is left of a process, whatever was noted down. */
export function findLeaves(paths: ProcessPaths): FoundLeaf[] {
  const mounts = parseMountinfo(readIfPresent("/proc/self/mountinfo"));
  return gatherHierarchies(mounts).flatMap((hierarchy) =>
    entries(hierarchy.parent)
      .map((entry) => leafOf(hierarchy, entry))
      .filter((name) => isLeafOf(paths, name))
      .map((name) => ({ version: hierarchy.version, ...leafPlace(hierarchy, name) })),
  );
}

/** All leaves of processes below a BOSH root, each with its process's container id. */
export function findAllLeaves(
  root: BoshRoot,
  hierarchies: readonly Hierarchy[],
): (FoundLeaf & { readonly id: string })[] {
  return hierarchies.flatMap((hierarchy) =>
    entries(hierarchy.parent).flatMap((entry) => {
      const name = leafOf(hierarchy, entry);
      const id = idOfLeaf(root, name);
      return id === undefined
        ? []
        : [{ id, version: hierarchy.version, ...leafPlace(hierarchy, name) }];
    }),
  );
}

function entries(directory: string): string[] {
  try {
    return readNames(directory);
  } catch (thrown) {
    // The slice of the scopes may not have been needed yet.
    if (isSystemError(thrown) && thrown.code === "ENOENT") return [];
    throw thrown;
  }
}
