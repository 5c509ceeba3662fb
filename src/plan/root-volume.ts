/** The host's root as a volume, where it has no place for the sandbox's BOSH root. */
import { isWithin } from "../bosh/paths.ts";
import type { HostFacts } from "../host/facts.ts";
import type { Symlink } from "./launch-plan.ts";
import { fileSystem, type PlannedMount } from "./planned-mount.ts";

/** Whether the mount is the sandbox's root itself. */
export function isRootMount({ mount }: PlannedMount): boolean {
  return mount.target === "/";
}

/**
 * A directory of the sandbox's own in the place of one of the host's, and in it all that the host
 * has there, so that mount points can be made without making them on the host.
 */
export function makeRoom(
  { room }: Pick<HostFacts, "room">,
  planned: readonly PlannedMount[],
): { mounts: PlannedMount[]; symlinks: Symlink[] } {
  const root = planned.find(isRootMount);
  if (root === undefined || room === null) return { mounts: [], symlinks: [] };
  // In the place of a link that other mounts lie below, they get a directory.
  const isTaken = (path: string, link?: string) =>
    planned.some(
      ({ mount: { target } }) => target === path || (link !== undefined && isWithin(target, path)),
    );
  const free = room.entries.filter(({ path, link }) => !isTaken(path, link));
  const own = fileSystem("tmpfs", "tmpfs", room.directory, {
    noSuid: true,
    noExec: true,
    noDev: true,
    options: [{ key: "mode", value: "755" }],
  });
  return {
    mounts: [
      { mount: own, origin: { kind: "system" } },
      ...free
        .filter(({ link }) => link === undefined)
        .map(
          ({ path }): PlannedMount => ({
            mount: { ...root.mount, source: path, target: path },
            origin: root.origin,
          }),
        ),
    ],
    symlinks: free.flatMap(({ path, link }) =>
      link === undefined ? [] : [{ path, target: link }],
    ),
  };
}
