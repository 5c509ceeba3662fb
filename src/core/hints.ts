/** What an operator can do about a failure of the core, for those that have a usual reason. */
import type { Action } from "./steps.ts";

export interface Hint {
  /** undefined: whatever it is, as with the subject. */
  readonly errno?: readonly string[];
  /** What the subject contains. */
  readonly subject?: string;
  /** `SUBJECT` stands for what the step was applied to. */
  readonly text: string;
}

/** Linux follows the links to an executable; bpm walks all other paths itself. */
const circle: Hint = { errno: ["ELOOP"], text: "Its links lead to each other; mend one of them." };

const jobExec: readonly Hint[] = [
  circle,
  {
    errno: ["ENOENT"],
    text: "Is it there inside the sandbox? Only the declared parts of the file system are.",
  },
  {
    errno: ["EACCES"],
    text: "It must be executable by vcap, on a volume with allow_executions.",
  },
  {
    errno: ["ENOEXEC"],
    text: "It, or its interpreter, is not whole, or was built for another machine.",
  },
];

/** What opening something else than a regular file ends with. */
const noRegularFile: readonly Hint[] = [
  {
    errno: ["EINVAL", "EISDIR", "EMLINK", "ENXIO"],
    text: "It has to be a regular file of its own; move away what is there.",
  },
];

/** AppArmor says EACCES where a profile forbids mounts; capabilities and seccomp say EPERM. */
const mounting: readonly Hint[] = [
  {
    errno: ["EACCES"],
    text:
      "An AppArmor profile around bpm forbids it: run the container with " +
      "apparmor=unconfined, or privileged.",
  },
  {
    errno: ["EPERM"],
    text: "bpm lacks CAP_SYS_ADMIN, or a seccomp profile around it forbids mounts.",
  },
];

const filtered = (call: string, capability?: string): Hint => ({
  errno: ["EPERM", "ENOSYS"],
  text:
    capability === undefined
      ? `A seccomp profile around bpm forbids ${call}.`
      : `bpm lacks ${capability}, or a seccomp profile around it forbids ${call}.`,
});

const nothingPromised: Hint = {
  errno: ["ENOMEM"],
  text:
    "The machine promises no more memory: see vm.overcommit_memory, and CommitLimit in " +
    "/proc/meminfo.",
};

/** By step; of several hints the first that fits counts. */
export const hintsByAction: Readonly<Partial<Record<Action, readonly Hint[]>>> = {
  "open file": noRegularFile,
  "open file (not a regular file)": noRegularFile,
  "open file (a hard link)": noRegularFile,
  exec: [{ ...filtered("execveat(2)"), subject: "bpm-init" }, ...jobExec],
  "create volume (a hard link)": [
    { text: "Whoever made the other name would get the file; set mount_only: true for SUBJECT." },
  ],
  "open lock": noRegularFile,
  "write to directory": [
    { errno: ["EROFS"], text: "Has its disk failed? The kernel's messages (dmesg) tell." },
  ],
  "exec interpreter of": jobExec,
  "exec pre_start hook": [circle],
  "wait for exec of": [
    {
      errno: ["ETIMEDOUT"],
      text: "The machine is too busy, or something that runs as vcap stops it (SIGSTOP).",
    },
  ],
  allocate: [nothingPromised],
  clone: [
    nothingPromised,
    {
      errno: ["EAGAIN"],
      text: "Is limits.processes of bpm.yml used up, or the machine's own limit?",
    },
    {
      errno: ["EBUSY"],
      text: "The job has divided its cgroup, so that nothing can enter it (cgroups(7)).",
    },
    {
      errno: ["ENOSPC"],
      text:
        "No more namespaces are permitted: raise the sysctls user.max_mnt_namespaces, " +
        "user.max_pid_namespaces, user.max_ipc_namespaces and user.max_uts_namespaces.",
    },
    {
      errno: ["EPERM"],
      text: "bpm lacks CAP_SYS_ADMIN, or a seccomp profile around it forbids namespaces.",
    },
  ],
  memfd_create: [
    {
      errno: ["EACCES"],
      text:
        "The sysctl vm.memfd_noexec is 2, which forbids what bpm's init is made of: set it to " +
        "0 or 1.",
    },
  ],
  "join session keyring": [
    {
      errno: ["EDQUOT"],
      text:
        "The keys of root are used up: raise the sysctls kernel.keys.root_maxkeys and " +
        "kernel.keys.root_maxbytes.",
    },
    filtered("keyctl(2)"),
  ],
  "make mounts private": mounting,
  fsopen: mounting,
  fsconfig: mounting,
  fsmount: mounting,
  open_tree: mounting,
  move_mount: mounting,
  mount_setattr: mounting,
  pivot_root: mounting,
  "detach the old root": mounting,
  mount: mounting,
  enter: [
    {
      errno: ["EPERM"],
      text:
        "It takes CAP_SYS_ADMIN and CAP_SYS_CHROOT, and that no seccomp profile around bpm " +
        "forbids setns(2).",
    },
  ],
  "signal process": [filtered("pidfd_send_signal(2)", "CAP_KILL")],
  make: [{ ...filtered("signalfd4(2)"), subject: "signalfd" }],
  lock: [filtered("flock(2)")],
  chown: [
    { errno: ["EPERM"], subject: "output pipe", text: "bpm lacks CAP_CHOWN." },
    {
      errno: ["EPERM"],
      text: "The file system does not let root change owners; set mount_only: true for SUBJECT.",
    },
  ],
  "open bind source": [
    {
      errno: ["ENOENT"],
      text:
        "A volume that bpm does not make must exist before the process starts, and if it is a " +
        "link, so must what that leads to.",
    },
  ],
  "start scope": [
    {
      errno: ["ENOENT"],
      text: "systemd is PID 1 but does not listen there: is /run that of the host?",
    },
    {
      errno: ["ECANCELED"],
      subject: "not found",
      text:
        "Is /run full? systemd has a file there for each unit; its journal has more: " +
        "journalctl -b _PID=1",
    },
    { text: "systemd's journal has more: journalctl -b _PID=1" },
  ],
  "set cgroup limit": [
    {
      errno: ["EBUSY"],
      subject: "cgroup.subtree_control to ",
      text:
        "Processes are in the cgroup that is to be divided. Run the container with a cgroup " +
        "namespace of its own, or move them to a cgroup below it.",
    },
    {
      errno: ["EINVAL"],
      text: "The kernel does not take this value; see limits in bpm.yml.",
    },
  ],
  "filter devices": [
    {
      errno: ["EPERM"],
      text: "The container around bpm lacks CAP_SYS_ADMIN or CAP_BPF, or forbids bpf(2).",
    },
  ],
};

/** For what no hint of the step's own fits. */
export const generalHints: readonly Hint[] = [
  {
    errno: ["ELOOP"],
    text: "Remove the link, or let root own it: bpm works as root and follows no other.",
  },
  {
    errno: ["EMFILE"],
    text: "A volume takes two descriptors: raise the hard limit of bpm's caller (ulimit -Hn).",
  },
  {
    errno: ["ENOMEM"],
    text: "The sandbox and its init alone take some 512 KiB: is limits.memory lower than that?",
  },
];

/** `errno` is a name such as ENOENT; "" as subject where it is not known yet. */
export function hintFor(action: Action, subject: string, errno: string): string | undefined {
  const hint = [...(hintsByAction[action] ?? []), ...generalHints].find(
    (candidate) =>
      (candidate.errno === undefined || candidate.errno.includes(errno)) &&
      (candidate.subject === undefined || subject.includes(candidate.subject)),
  );
  return hint?.text.replace("SUBJECT", () => subject);
}
