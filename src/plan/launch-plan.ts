/**
 * The fully resolved description of a sandbox, as the core takes it. Snake case, because the Zig
 * structures of the same names are its schema; 64-bit numbers travel as decimal text.
 */

export interface LaunchPlan extends Confinement {
  /** Container id. */
  readonly id: string;
  /** As in bpm.yml; the init looks it up in env's PATH, as execvp(3) does. */
  readonly executable: string;
  /** argv[0] is the executable. */
  readonly argv: readonly string[];
  /** KEY=value, sorted by key. */
  readonly env: readonly string[];
  readonly host_pid_namespace: boolean;
  readonly root_read_only: boolean;
  /** Parents before children, no target twice. One at "/" is the root itself. */
  readonly mounts: readonly Mount[];
  readonly devices: readonly Device[];
  readonly symlinks: readonly Symlink[];
  readonly masked_paths: readonly string[];
  readonly readonly_paths: readonly string[];
  readonly cgroups: readonly Cgroup[];
}

/** What a process has to be before it executes anything of the job's, wherever it runs. */
export interface Confinement {
  readonly workdir: string;
  readonly uid: number;
  readonly gid: number;
  /** Numbers for the bounding, permitted, inheritable, effective and ambient sets. */
  readonly capabilities: readonly number[];
  readonly no_new_privileges: boolean;
  readonly seccomp: boolean;
  readonly rlimits: readonly Rlimit[];
}

export interface Mount {
  readonly type: "bind" | "proc" | "tmpfs" | "devpts" | "mqueue" | "sysfs";
  /** A path on the host for bind, else the name that mountinfo shows. */
  readonly source: string;
  readonly target: string;
  /** bind: with the mounts below the source. */
  readonly recursive: boolean;
  readonly read_only: boolean;
  readonly no_exec: boolean;
  readonly no_suid: boolean;
  readonly no_dev: boolean;
  readonly propagation: "private" | "slave" | "shared";
  /** bind: if the source is a device node, it can be used, and read or written as the mount can. */
  readonly device_node: boolean;
  /** Parameters of a new file system; an empty value is a flag. */
  readonly options: readonly MountOption[];
}

export interface MountOption {
  readonly key: string;
  readonly value: string;
}

/** A character device to make. */
export interface Device {
  readonly path: string;
  readonly major: number;
  readonly minor: number;
  readonly mode: number;
}

export interface Symlink {
  readonly path: string;
  readonly target: string;
}

export interface Rlimit {
  readonly resource: "nofile" | "core";
  /** Decimal, or "unlimited". */
  readonly soft: string;
  readonly hard: string;
}

/** One leaf in one cgroup hierarchy. */
export interface Cgroup {
  readonly version: 1 | 2;
  readonly directory: string;
  /** The unit whose cgroup the leaf's parent is; it is started first. */
  readonly scope: Scope | null;
  /**
   * A cgroup beside the leaf that the parent's own processes are moved to first: with a process in
   * it a parent hands no controllers down.
   */
  readonly refuge: string | null;
  /** Written in this order before the process enters. */
  readonly settings: readonly CgroupSetting[];
  /**
   * The devices that may be used, beside those that are volumes; null for all, and where another
   * leaf sees to it.
   */
  readonly devices: readonly DeviceRule[] | null;
}

/** A transient unit of systemd's. */
export interface Scope {
  readonly unit: string;
  readonly description: string;
}

export interface CgroupSetting {
  /** Relative to the leaf's directory. */
  readonly file: string;
  readonly value: string;
  /** The host may lack the file, or the right to it, without the sandbox being weaker. */
  readonly optional: boolean;
}

/** Something that may be done with some devices; a number that is null stands for all. */
export interface DeviceRule {
  readonly kind: "character" | "block";
  readonly major: number | null;
  readonly minor: number | null;
  readonly read: boolean;
  readonly write: boolean;
  readonly make: boolean;
}

/** One step on the host's side before the launch, and before the pre_start hook. */
export type PrepareStep =
  /** Created with missing parents; owner and mode corrected only when different. */
  | ({
      readonly kind: "directory";
      readonly path: string;
      readonly mode: number;
      /** The mode of missing parents, which are root's; 0755 unless given. */
      readonly on_the_way?: number;
      /** What is there keeps its owner and mode. */
      readonly keep?: boolean;
      /** Fail when it is on a file system that has become read-only. */
      readonly writable?: boolean;
    } & Owner)
  /** Created as a directory when missing, parents 0700; chowned, and a directory made 0700. */
  | ({
      readonly kind: "volume";
      readonly path: string;
      /** What is there keeps its owner and mode. */
      readonly keep: boolean;
      /** So does what turns out to be in one of these trees. */
      readonly spared: readonly string[];
    } & Owner)
  /** A file to lock, created when missing. */
  | { readonly kind: "lock"; readonly path: string }
  /** A regular file, opened for append, created when missing. */
  | ({ readonly kind: "file"; readonly path: string; readonly mode: number } & Owner)
  /** Made a shared mount on the host, bound onto itself if it is no mount point. */
  | { readonly kind: "shared"; readonly path: string }
  /** A new file system, mounted on a directory that is created when missing. */
  | {
      readonly kind: "mount";
      readonly path: string;
      readonly type: "tmpfs" | "cgroup" | "cgroup2";
      readonly options: readonly MountOption[];
    };

interface Owner {
  readonly uid: number;
  readonly gid: number;
}
