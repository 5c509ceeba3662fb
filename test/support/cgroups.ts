/** Control groups of a process, as directories in cgroupfs. */

import { mountsOf } from "./mounts.ts";
import { readProcessFile } from "./process.ts";

/** Whether this machine has the one tree of version 2, and no hierarchy of version 1. */
export const isV2 = !mountsOf("self").some(({ type }) => type === "cgroup");

/** The directory of each hierarchy that `pid` is in, by controller (`""` for version 2). */
export function cgroupsOf(pid: number): Map<string, string> {
  const directories = new Map<string, string>();
  for (const line of (readProcessFile(pid, "cgroup") ?? "").trim().split("\n")) {
    const [, controllers, path] = line.match(/^\d+:([^:]*):(.*)$/) ?? [];
    // A process that is gone has no line at all.
    if (controllers === undefined || path === undefined) continue;
    const mount = mountsOf("self").find(({ type, superOptions }) => {
      return controllers === ""
        ? type === "cgroup2"
        : type === "cgroup" && controllers.split(",").every((name) => superOptions.includes(name));
    });
    if (mount === undefined) continue;
    const below = mount.root === "/" ? path : path.slice(mount.root.length);
    for (const name of controllers.split(",")) directories.set(name, mount.target + below);
  }
  return directories;
}

/** The directories that bpm made for a process: those that its starter is not in. */
export function ownCgroupsOf(pid: number): string[] {
  const ours = new Set(cgroupsOf(process.pid).values());
  const mounts = new Set(mountsOf("self").map((mount) => `${mount.target}/`));
  return [...new Set(cgroupsOf(pid).values())].filter((directory) => {
    return !ours.has(directory) && !mounts.has(directory);
  });
}
