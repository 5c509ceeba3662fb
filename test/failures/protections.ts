/** Each protection of docs/hosts.md, and what becomes of a start when the kernel has it not. */
import type { Caller } from "../support/strace.ts";

export interface Lack {
  /** As in the first column of the table. */
  readonly protection: string;
  readonly caller: Caller;
  readonly call: string;
  readonly like?: RegExp;
  readonly occurrence?: number;
  /** What a kernel says that has it not. */
  readonly error: string;
  readonly shared?: boolean;
  /** What the message of the start must have; undefined: it starts all the same. */
  readonly says?: RegExp;
}

const v1 = { caller: "bpm", call: "openat", error: "ENOENT" } as const;

export const lacks: readonly Lack[] = [
  {
    protection: "paths walked without links of others",
    caller: "bpm",
    call: "openat2",
    error: "ENOSYS",
  },
  {
    protection: "mounts, IPC, host name and PIDs of its own",
    caller: "bpm",
    call: "clone3",
    like: /CLONE_NEWNS/,
    error: "EINVAL",
    says: /clone/,
  },
  {
    protection: "a root directory of its own",
    caller: "child",
    call: "pivot_root",
    error: "ENOSYS",
    says: /pivot_root/,
  },
  {
    protection: "volumes that are read-only, and have no set-user-id, devices or programs",
    caller: "bpm",
    call: "mount_setattr",
    like: /MOUNT_ATTR_RDONLY\|/,
    error: "ENOSYS",
    says: /\/bin/,
  },
  {
    protection: "/proc, /dev/pts, /dev/mqueue and /sys of its own",
    caller: "child",
    call: "fsopen",
    like: /"mqueue"/,
    error: "ENODEV",
    says: /fsopen \/dev\/mqueue/,
  },
  {
    protection: "a /dev of its own",
    caller: "child",
    call: "mknodat",
    error: "EPERM",
    says: /\/dev\/null/,
  },
  {
    protection: "what is hidden, and what is read-only, in /proc and /sys",
    caller: "child",
    call: "move_mount",
    occurrence: -1,
    error: "EPERM",
    says: /\/proc\/\w/,
  },
  {
    protection: "keys of its own",
    caller: "child",
    call: "keyctl",
    error: "ENOSYS",
  },
  {
    protection: "keys of its own",
    caller: "child",
    call: "keyctl",
    error: "EPERM",
    says: /keyring/,
  },
  {
    protection: "no capabilities but the listed ones",
    caller: "child",
    call: "capset",
    error: "EPERM",
    says: /capabilities/,
  },
  {
    protection: "the user vcap, without groups",
    caller: "child",
    call: "setgroups",
    error: "EPERM",
    says: /setgroups/,
  },
  {
    protection: "no new privileges",
    caller: "child",
    call: "prctl",
    like: /NO_NEW_PRIVS/,
    error: "EINVAL",
    says: /no_new_privs/,
  },
  {
    protection: "the filter of system calls",
    caller: "child",
    call: "seccomp",
    error: "EINVAL",
    says: /seccomp/,
  },
  {
    protection: "no descriptor of bpm's",
    caller: "child",
    call: "close_range",
    error: "ENOSYS",
    shared: true,
    says: /close_range/,
  },
  {
    protection: "an init that nothing inside can change",
    caller: "bpm",
    call: "memfd_create",
    error: "ENOSYS",
    says: /bpm-init/,
  },
  {
    protection: "an init that nothing inside can change",
    caller: "bpm",
    call: "fcntl",
    like: /F_ADD_SEALS/,
    error: "EINVAL",
    says: /bpm-init/,
  },
  {
    protection: "the filter of devices",
    ...v1,
    like: /devices\.deny/,
    says: /devices\.deny/,
  },
  {
    protection: "limits.memory, limits.processes",
    caller: "bpm",
    call: "write",
    like: /"67108864"/,
    error: "EINVAL",
    says: /memory\.limit_in_bytes/,
  },
  { protection: "limits.memory holds for swap, too", ...v1, like: /memory\.memsw\.limit_in_bytes/ },
  { protection: "the init tells that memory ran out", ...v1, like: /oom_score_adj/ },
];

/** What a kernel of v1 without strace cannot show to be missing, and where it is tried instead. */
export const elsewhere: Readonly<Record<string, string>> = {
  "cgroups that are systemd's to give": "test/integration/hosts/scopes.test.ts",
  "out of memory ends the whole process": "test/integration/hosts/memory.test.ts",
  "everything is killed at once": "test/integration/hosts/killing.test.ts",
};
