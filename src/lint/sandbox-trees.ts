/** What of the host's files a process can see, as far as its bpm.yml tells. */
import {
  boshRoot,
  insidePath,
  type ProcessFile,
  type Reader,
  type VolumeFile,
} from "../config/rules.ts";

export interface Tree {
  readonly path: string;
  /** Whether programs in it can be run. */
  readonly executable: boolean;
}

/** What bpm mounts of the BOSH root by itself. */
export function jobTrees(process: ProcessFile, job: string): Tree[] {
  return [
    { path: `${boshRoot}/packages`, executable: true },
    { path: `${boshRoot}/data/packages`, executable: true },
    { path: `${boshRoot}/jobs/${job}`, executable: true },
    { path: `${boshRoot}/sys/log/${job}`, executable: false },
    { path: `${boshRoot}/data/${job}/tmp`, executable: false },
    ...(process.ephemeral_disk ? [{ path: `${boshRoot}/data/${job}`, executable: false }] : []),
    ...(process.persistent_disk ? [{ path: `${boshRoot}/store/${job}`, executable: false }] : []),
  ];
}

/** What the file adds. A pattern counts as all that its fixed part holds. */
export function volumeTrees(process: ProcessFile, reader: Reader): Tree[] {
  const unrestricted = process.unsafe?.unrestricted_volumes ?? [];
  const tree = (path: string, volume: VolumeFile): Tree => ({
    path: insidePath(path, reader),
    executable: volume.allow_executions,
  });
  return [
    ...(process.additional_volumes ?? []).map((volume) => tree(volume.path, volume)),
    ...unrestricted.map((volume) => tree(fixedPart(volume.path), volume)),
  ];
}

/** What every sandbox has of the system. */
export const systemTrees: readonly Tree[] = [
  ...trees(["/bin", "/etc", "/lib", "/lib64", "/sbin", "/usr"], true),
  ...trees(["/dev", "/proc", "/sys", "/tmp", "/var/tmp"], false),
];

function trees(paths: readonly string[], executable: boolean): Tree[] {
  return paths.map((path) => ({ path, executable }));
}

function fixedPart(pattern: string): string {
  const wild = pattern.search(/[*?[\\]/);
  return wild === -1 ? pattern : pattern.slice(0, pattern.lastIndexOf("/", wild)) || "/";
}
