/** Volumes of bpm.yml and of the command line as mounts. */
import { type BoshRoot, isWithin, toHost } from "../bosh/paths.ts";
import type { Volume } from "../config/types.ts";
import type { HostFacts } from "../host/facts.ts";
import { bindMount, type PlannedMount } from "./planned-mount.ts";

/** Mounts for volumes of the BOSH root, at their own paths. */
export function additionalMounts(
  root: BoshRoot,
  volumes: readonly Volume[],
  facts: HostFacts,
): PlannedMount[] {
  return volumes.map((volume) => ({
    mount: volumeMount(root, volume, volume.path, facts),
    origin: { kind: "additional_volumes", volume },
  }));
}

/**
 * Mounts for what the globs matched. What a BOSH mount of the same process shows already is left
 * out: it would otherwise be shown with the rights of the volume.
 */
export function unrestrictedMounts(
  root: BoshRoot,
  volumes: readonly Volume[],
  facts: HostFacts,
  bosh: readonly PlannedMount[],
): PlannedMount[] {
  return volumes.flatMap((volume, index) =>
    (facts.unrestricted[index] ?? [])
      .filter((path) => !bosh.some(({ mount }) => isWithin(path, mount.target)))
      .map((path): PlannedMount => ({
        mount: volumeMount(root, volume, path, facts),
        origin: { kind: "unrestricted_volumes", volume },
      }))
  );
}

function volumeMount(root: BoshRoot, volume: Volume, path: string, facts: HostFacts) {
  return bindMount(toHost(root, path), path, {
    recursive: true,
    readOnly: !volume.writable,
    noExec: !volume.allowExecutions,
    // With nodev, not even /dev/null of a host's /dev could be opened; the cgroup decides there.
    device: facts.deviceNodes.has(path) || path === "/dev",
    shared: volume.shared,
  });
}
