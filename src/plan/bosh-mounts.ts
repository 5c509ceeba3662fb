/** What every process sees of the BOSH root. */
import type { BoshPath } from "../bosh/paths.ts";
import type { ProcessPaths } from "../bosh/process-paths.ts";
import type { ProcessConfig } from "../config/types.ts";
import { bindMount, type MountOrigin, type PlannedMount } from "./planned-mount.ts";

export function boshMounts(paths: ProcessPaths, config: ProcessConfig): PlannedMount[] {
  const tmp = paths.tmpDir;
  return [
    writable(tmp, "bosh", "/tmp"),
    writable(tmp, "bosh", "/var/tmp"),
    writable(tmp, "bosh"),
    readOnly(paths.dataPackages),
    readOnly(paths.packages),
    readOnly(paths.jobDir),
    writable(paths.logDir, "bosh"),
    ...(config.ephemeralDisk ? [writable(paths.dataDir, "ephemeral_disk")] : []),
    ...(config.persistentDisk ? [writable(paths.storeDir, "persistent_disk")] : []),
  ];
}

function writable(
  path: BoshPath,
  kind: "bosh" | "ephemeral_disk" | "persistent_disk",
  target?: string,
): PlannedMount {
  const flags = { recursive: true, readOnly: false, noExec: true };
  return planned(path, target ?? path.internal(), flags, { kind });
}

function readOnly(path: BoshPath): PlannedMount {
  const flags = { recursive: false, readOnly: true, noExec: false };
  return planned(path, path.internal(), flags, { kind: "bosh" });
}

function planned(
  path: BoshPath,
  target: string,
  flags: { recursive: boolean; readOnly: boolean; noExec: boolean },
  origin: MountOrigin,
): PlannedMount {
  return { mount: bindMount(path.external(), target, flags), origin };
}
