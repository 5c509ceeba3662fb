/** What a container lacks that a machine of its own has, and that bpm may add to it. */
import { readLink } from "../core/files.ts";
import { read, readIfPresent } from "../host/files.ts";
import { parseMountinfo } from "../host/mountinfo.ts";
import { planMissingHierarchies } from "../plan/missing-hierarchies.ts";
import type { Session } from "./session.ts";

/** PROC_PID_INIT_INO in include/linux/proc_ns.h: the PID namespace that the machine started in. */
const initialPidNamespace = "pid:[4026531836]";

/** Whether this is not the machine itself. */
export function isContainer(): boolean {
  return readLink("/proc/self/ns/pid") !== initialPidNamespace;
}

/** Mounts the cgroup hierarchies that bpm needs, in a container that does not show them. */
export function mountMissingHierarchies({ core, log }: Session): void {
  if (!isContainer()) return;
  const mounts = parseMountinfo(read("/proc/self/mountinfo"));
  for (const step of planMissingHierarchies(mounts, readIfPresent("/proc/self/cgroup"))) {
    try {
      core.perform([{ prepare: step }, { close: { of: 0 } }]);
    } catch (error) {
      // Then there are no limits: a process that has some is refused, and told why.
      log.error("failed-to-mount-cgroups", error);
      return;
    }
  }
}
