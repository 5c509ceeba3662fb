/** What must be there on the host before a process starts: directories, logs, volumes. */
import type { BoshPath } from "../bosh/paths.ts";
import type { ProcessPaths } from "../bosh/process-paths.ts";
import { sharedDirectories } from "../bosh/shared-directories.ts";
import type { User } from "../host/user.ts";
import type { ProcessConfig } from "../config/types.ts";
import type { PrepareStep } from "./launch-plan.ts";
import type { MountOrigin, PlannedMount } from "./planned-mount.ts";

const ROOT: User = { uid: 0, gid: 0 };

export function planPrepare(
  paths: ProcessPaths,
  config: ProcessConfig,
  mounts: readonly PlannedMount[],
  user: User,
): PrepareStep[] {
  const directory = (path: BoshPath, mode: number, owner: User): PrepareStep => (
    { kind: "directory", path: path.external(), mode, ...owner }
  );
  const log = (path: BoshPath): PrepareStep => (
    { kind: "file", path: path.external(), mode: 0o600, ...user }
  );
  return [
    // Agents of other users read the pidfiles.
    directory(paths.pids, 0o755, ROOT),
    directory(paths.pidDir, 0o755, ROOT),
    directory(paths.runDir, 0o700, user),
    directory(paths.logDir, 0o750, user),
    log(paths.stdoutLog),
    log(paths.stderrLog),
    ...(config.ephemeralDisk ? [directory(paths.dataDir, 0o700, user)] : []),
    ...(config.persistentDisk ? [directory(paths.storeDir, 0o700, user)] : []),
    directory(paths.tmpDir, 0o700, user),
    ...mounts.filter(takesOver).map(({ mount }): PrepareStep => (
      { kind: "volume", path: mount.source, ...user }
    )),
    ...mounts.filter(isShared).map(({ mount }): PrepareStep => (
      { kind: "shared", path: mount.source }
    )),
  ];
}

/** Whether the volume asks for a directory of all jobs to be taken over, which bpm does not do. */
export function asksForSharedRoot(origin: MountOrigin): boolean {
  return origin.kind === "additional_volumes" && !origin.volume.mountOnly
    && sharedDirectories.includes(origin.volume.path);
}

/** Whether what is mounted is to belong to the process's user. */
function takesOver({ origin }: PlannedMount): boolean {
  return origin.kind === "additional_volumes" && !origin.volume.mountOnly
    && !asksForSharedRoot(origin);
}

function isShared({ mount }: PlannedMount): boolean {
  return mount.propagation === "shared";
}
