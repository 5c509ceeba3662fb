/** Volumes of bpm.yml and of the command line as mounts. */
import { type BoshRoot, isWithin, toHost, toJail } from "../bosh/paths.ts";
import type { Volume } from "../config/types.ts";
import type { HostFacts } from "../host/facts.ts";
import { bindMount, type PlannedMount } from "./planned-mount.ts";

/** Mounts for volumes of the BOSH root, at their own paths. */
export function additionalMounts(root: BoshRoot, volumes: readonly Volume[]): PlannedMount[] {
  return volumes.map((volume) => ({
    mount: volumeMount(root, volume, volume.path),
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
  facts: Pick<HostFacts, "unrestricted">,
  bosh: readonly PlannedMount[],
): PlannedMount[] {
  const isShown = (path: string) =>
    bosh.some(({ mount }) => isWithin(toJail(root, path), mount.target));
  return volumes.flatMap((volume, index) =>
    (facts.unrestricted[index] ?? [])
      .filter((path) => !isShown(path))
      .map(
        (path): PlannedMount => ({
          mount: volumeMount(root, volume, path),
          origin: { kind: "unrestricted_volumes", volume },
        }),
      ),
  );
}

function volumeMount(root: BoshRoot, volume: Volume, path: string) {
  return bindMount(toHost(root, path), path, {
    recursive: true,
    readOnly: !volume.writable,
    noExec: !volume.allowExecutions,
    deviceNode: true,
    // With nodev, not even /dev/null of a host's /dev could be opened; the cgroup decides there.
    devices: path === "/dev",
    shared: volume.shared,
  });
}
