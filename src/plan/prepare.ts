/** What must be there on the host before a process starts: directories, logs, volumes. */
import { boshTrees, bpmTrees, type Holder, holderOf } from "../bosh/holders.ts";
import { type BoshPath, isWithin, toHost, toJail } from "../bosh/paths.ts";
import type { ProcessPaths } from "../bosh/process-paths.ts";
import type { ProcessConfig, Volume } from "../config/types.ts";
import type { HostFacts } from "../host/facts.ts";
import type { User } from "../host/user.ts";
import type { PrepareStep } from "./launch-plan.ts";
import type { PlannedMount } from "./planned-mount.ts";

const root: User = { uid: 0, gid: 0 };

export function planPrepare(
  paths: ProcessPaths,
  config: ProcessConfig,
  mounts: readonly PlannedMount[],
  facts: Pick<HostFacts, "user" | "jobs">,
): PrepareStep[] {
  const { user } = facts;
  const directory = (path: BoshPath, mode: number, owner: User, onTheWay = 0o755): PrepareStep => ({
    kind: "directory",
    path: path.external(),
    mode,
    on_the_way: onTheWay,
    writable: true,
    ...owner,
  });
  const log = (path: BoshPath): PrepareStep => ({
    kind: "file",
    path: path.external(),
    mode: 0o600,
    ...user,
  });
  return [
    // Agents of other users read the pidfiles.
    directory(paths.pids, 0o755, root),
    directory(paths.pidDir, 0o755, root),
    directory(paths.runDir, 0o700, user),
    directory(paths.logDir, 0o750, user),
    log(paths.stdoutLog),
    log(paths.stderrLog),
    ...(config.ephemeralDisk ? [directory(paths.dataDir, 0o700, user)] : []),
    ...(config.persistentDisk ? [directory(paths.storeDir, 0o700, user)] : []),
    // Where a volume shows it, it is on the process's way to its temporary directory.
    ...(mounts.some(({ mount, origin }) => "volume" in origin && shows(mount.target, paths))
      ? [directory(paths.dataDir, 0o700, user, 0o700)]
      : []),
    directory(paths.tmpDir, 0o700, user, 0o700),
    ...mounts.flatMap((planned) => takeOver(planned, paths, facts)),
    ...mounts
      .filter(isShared)
      .map(({ mount }): PrepareStep => ({ kind: "shared", path: mount.source })),
  ];
}

function shows(target: string, { root, dataDir }: ProcessPaths): boolean {
  return isWithin(dataDir.internal(), toJail(root, target));
}

/** Whose the volume is, if it would be this process's but for that. */
export function refusingHolder(
  { origin }: PlannedMount,
  { root, job }: Pick<ProcessPaths, "root" | "job">,
  jobs: readonly string[],
): Holder | undefined {
  if (!isTakingOver(origin)) return undefined;
  return holderOf(toJail(root, origin.volume.path), job, jobs);
}

function takeOver(
  planned: PlannedMount,
  paths: ProcessPaths,
  { user, jobs }: Pick<HostFacts, "user" | "jobs">,
): PrepareStep[] {
  if (!isTakingOver(planned.origin)) return [];
  const holder = refusingHolder(planned, paths, jobs);
  // These are there, or not a job's to make.
  if (holder === "bpm" || holder === "all jobs") return [];
  return [
    {
      kind: "volume",
      path: planned.mount.source,
      keep: holder !== undefined,
      spared: [...bpmTrees, ...boshTrees].map((tree) => toHost(paths.root, tree)),
      ...user,
    },
  ];
}

function isTakingOver(origin: PlannedMount["origin"]): origin is Taking {
  return origin.kind === "additional_volumes" && !origin.volume.mountOnly;
}

interface Taking {
  readonly kind: "additional_volumes";
  readonly volume: Volume;
}

function isShared({ mount }: PlannedMount): boolean {
  return mount.propagation === "shared";
}
