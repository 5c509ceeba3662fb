/** All mounts of a sandbox, from every source, each target once and parents first. */
import type { ProcessPaths } from "../bosh/process-paths.ts";
import type { ProcessConfig, Volume } from "../config/types.ts";
import type { HostFacts } from "../host/facts.ts";
import { boshMounts } from "./bosh-mounts.ts";
import { deviceNodes, deviceSymlinks } from "./devices.ts";
import type { Symlink } from "./launch-plan.ts";
import type { PlannedMount } from "./planned-mount.ts";
import { resolverMounts } from "./resolver-mounts.ts";
import { makeRoom } from "./root-volume.ts";
import { systemMounts } from "./system-mounts.ts";
import { additionalMounts, unrestrictedMounts } from "./volumes.ts";

export interface MountPlan {
  readonly mounts: readonly PlannedMount[];
  /** Left out, because an earlier one has the same target. */
  readonly duplicates: readonly PlannedMount[];
  /** Links of the host's that are made again beside the mounts. */
  readonly symlinks: readonly Symlink[];
}

/** `additional`: the volumes of bpm.yml, and after them those of the command line. */
export function planMounts(
  paths: ProcessPaths,
  config: ProcessConfig,
  additional: readonly Volume[],
  facts: HostFacts,
): MountPlan {
  const bosh = boshMounts(paths, config);
  const volumes = [
    ...additionalMounts(paths.root, additional),
    ...unrestrictedMounts(paths.root, config.unrestrictedVolumes, facts, bosh),
  ];
  const taken = new Set(volumes.map(({ mount }) => mount.target));
  const made = taken.has("/dev") ? [] : [...deviceNodes, ...deviceSymlinks];
  const planned = [
    ...systemMounts(facts.directories, taken),
    ...resolverMounts(facts, paths.root),
    ...bosh,
    ...volumes,
  ];
  const room = makeRoom(facts, planned);
  const { kept, duplicates } = firstOfEachTarget(new Set(made.map(({ path }) => path)), [
    ...planned,
    ...room.mounts,
  ]);
  // A parent's path is the beginning of its children's, so plain order puts it before them.
  kept.sort((a, b) => (a.mount.target < b.mount.target ? -1 : 1));
  const mounts = config.privileged ? kept.map(withSetUserId) : kept;
  return { mounts, duplicates, symlinks: room.symlinks };
}

/** `made`: what is there without being mounted. */
function firstOfEachTarget(made: ReadonlySet<string>, planned: readonly PlannedMount[]) {
  const targets = new Set(made);
  const kept: PlannedMount[] = [];
  const duplicates: PlannedMount[] = [];
  for (const candidate of planned) {
    const { target } = candidate.mount;
    (targets.has(target) ? duplicates : kept).push(candidate);
    targets.add(target);
  }
  return { kept, duplicates };
}

function withSetUserId({ mount, origin }: PlannedMount): PlannedMount {
  return { mount: { ...mount, no_suid: false }, origin };
}
