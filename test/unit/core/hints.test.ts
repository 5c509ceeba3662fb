/** Each hint by what it is for: the steps are Zig's, and the compiler knows their names. */

import { describe, expect, test } from "bun:test";
import { generalHints, hintFor, hintsByAction } from "../../../src/core/hints.ts";
import type { Action } from "../../../src/core/steps.ts";

const appArmor =
  "An AppArmor profile around bpm forbids it: run the container with " +
  "apparmor=unconfined, or privileged.";
const mounts = "bpm lacks CAP_SYS_ADMIN, or a seccomp profile around it forbids mounts.";
const mounting: readonly Action[] = [
  "make mounts private",
  "fsopen",
  "fsconfig",
  "fsmount",
  "open_tree",
  "move_mount",
  "mount_setattr",
  "pivot_root",
  "detach the old root",
  "mount",
];

type Row = readonly [step: Action, subject: string, errno: string, hint: string];

const file = "It has to be a regular file of its own; move away what is there.";
const circle = "Its links lead to each other; mend one of them.";
const absent = "Is it there inside the sandbox? Only the declared parts of the file system are.";
const forbidden = "It must be executable by vcap, on a volume with allow_executions.";
const nothingPromised =
  "The machine promises no more memory: see vm.overcommit_memory, and CommitLimit in " +
  "/proc/meminfo.";
const link = "Remove the link, or let root own it: bpm works as root and follows no other.";

const notWhole = "It, or its interpreter, is not whole, or was built for another machine.";

const rows: readonly Row[] = [
  ["exec", "/bin/web", "ENOEXEC", notWhole],
  ["exec interpreter of", "/bin/web", "ENOEXEC", notWhole],
  [
    "wait for exec of",
    "bpm-init",
    "ETIMEDOUT",
    "The machine is too busy, or something that runs as vcap stops it (SIGSTOP).",
  ],
  ...mounting.flatMap((step): Row[] => [
    [step, "/x", "EACCES", appArmor],
    [step, "/x", "EPERM", mounts],
  ]),
  ["exec", "bpm-init", "EPERM", "A seccomp profile around bpm forbids execveat(2)."],
  [
    "clone",
    "web",
    "ENOSPC",
    "No more namespaces are permitted: raise the sysctls user.max_mnt_namespaces, " +
      "user.max_pid_namespaces, user.max_ipc_namespaces and user.max_uts_namespaces.",
  ],
  [
    "clone",
    "web",
    "EPERM",
    "bpm lacks CAP_SYS_ADMIN, or a seccomp profile around it forbids namespaces.",
  ],
  [
    "memfd_create",
    "bpm-init",
    "EACCES",
    "The sysctl vm.memfd_noexec is 2, which forbids what bpm's init is made of: set it to 0 or 1.",
  ],
  [
    "join session keyring",
    "",
    "EDQUOT",
    "The keys of root are used up: raise the sysctls kernel.keys.root_maxkeys and " +
      "kernel.keys.root_maxbytes.",
  ],
  ["join session keyring", "", "EPERM", "A seccomp profile around bpm forbids keyctl(2)."],
  [
    "enter",
    "web",
    "EPERM",
    "It takes CAP_SYS_ADMIN and CAP_SYS_CHROOT, and that no seccomp profile around bpm forbids " +
      "setns(2).",
  ],
  [
    "signal process",
    "",
    "EPERM",
    "bpm lacks CAP_KILL, or a seccomp profile around it forbids pidfd_send_signal(2).",
  ],
  ["make", "signalfd", "ENOSYS", "A seccomp profile around bpm forbids signalfd4(2)."],
  ["lock", "/data/x.lock", "EPERM", "A seccomp profile around bpm forbids flock(2)."],
  ["chown", "output pipe", "EPERM", "bpm lacks CAP_CHOWN."],
  [
    "start scope",
    "x.scope (systemd: Unit x.scope not found.)",
    "ECANCELED",
    "Is /run full? systemd has a file there for each unit; its journal has more: " +
      "journalctl -b _PID=1",
  ],
  ["open file", "/log", "EISDIR", file],
  ["open file", "/log", "ENXIO", file],
  ["open file (not a regular file)", "/log", "EINVAL", file],
  ["open file (a hard link)", "/log", "EMLINK", file],
  ["exec", "/bin/web", "ELOOP", circle],
  ["exec", "/bin/web", "ENOENT", absent],
  ["exec", "/bin/web", "EACCES", forbidden],
  ["exec interpreter of", "/bin/web", "ELOOP", circle],
  ["exec interpreter of", "/bin/web", "ENOENT", absent],
  ["exec interpreter of", "/bin/web", "EACCES", forbidden],
  ["exec pre_start hook", "/bin/hook", "ELOOP", circle],
  ["clone", "web", "EAGAIN", "Is limits.processes of bpm.yml used up, or the machine's own limit?"],
  [
    "clone",
    "web",
    "EBUSY",
    "The job has divided its cgroup, so that nothing can enter it (cgroups(7)).",
  ],
  [
    "chown",
    "/store/$&",
    "EPERM",
    "The file system does not let root change owners; set mount_only: true for /store/$&.",
  ],
  [
    "open bind source",
    "/data/x",
    "ENOENT",
    "A volume that bpm does not make must exist before the process starts, and if it is a link, " +
      "so must what that leads to.",
  ],
  [
    "start scope",
    "/run/systemd/private",
    "ENOENT",
    "systemd is PID 1 but does not listen there: is /run that of the host?",
  ],
  ["start scope", "x.scope", "ETIMEDOUT", "systemd's journal has more: journalctl -b _PID=1"],
  [
    "set cgroup limit",
    "/sys/fs/cgroup/x/cgroup.subtree_control to +memory",
    "EBUSY",
    "Processes are in the cgroup that is to be divided. Run the container with a cgroup " +
      "namespace of its own, or move them to a cgroup below it.",
  ],
  [
    "set cgroup limit",
    "pids.max to x",
    "EINVAL",
    "The kernel does not take this value; see limits in bpm.yml.",
  ],
  [
    "create volume (a hard link)",
    "/store/$&",
    "EMLINK",
    "Whoever made the other name would get the file; set mount_only: true for /store/$&.",
  ],
  [
    "open lock",
    "/data/bpm/locks/x",
    "ENXIO",
    "It has to be a regular file of its own; move away what is there.",
  ],
  [
    "write to directory",
    "/data/x",
    "EROFS",
    "Has its disk failed? The kernel's messages (dmesg) tell.",
  ],
  [
    "filter devices",
    "/sys/fs/cgroup/x",
    "EPERM",
    "The container around bpm lacks CAP_SYS_ADMIN or CAP_BPF, or forbids bpf(2).",
  ],
  ["clone", "bpm-web", "ENOMEM", nothingPromised],
  ["allocate", "", "ENOMEM", nothingPromised],
  ["create directory", "/data/x", "ELOOP", link],
  [
    "open_tree",
    "/data/x",
    "EMFILE",
    "A volume takes two descriptors: raise the hard limit of bpm's caller (ulimit -Hn).",
  ],
  [
    "start init",
    "bpm-init",
    "ENOMEM",
    "The sandbox and its init alone take some 512 KiB: is limits.memory lower than that?",
  ],
];

describe("A failure", () => {
  test.each(rows)("to %s %s with %s has its hint", (step, subject, errno, hint) => {
    expect(hintFor(step, subject, errno)).toBe(hint);
  });

  test.each<[Action, string, string]>([
    ["exec", "/bin/web", "ENOTDIR"],
    ["exec pre_start hook", "/bin/hook", "ENOENT"],
    ["set cgroup limit", "memory.max to 1", "EBUSY"],
    ["open file", "/log", "EACCES"],
    ["mount", "/x", "EIO"],
    ["exec", "/bin/web", "EPERM"],
    ["make", "a pipe", "EPERM"],
  ])("to %s %s with %s has none", (step, subject, errno) => {
    expect(hintFor(step, subject, errno)).toBeUndefined();
  });
});

test("No hint is without its row", () => {
  const tried = new Set(rows.map(([step, , , hint]) => `${step}: ${hint}`));
  const own = Object.entries(hintsByAction).flatMap(([step, hints]) =>
    hints.map(({ text }) => `${step}: ${text.replace("SUBJECT", () => "/store/$&")}`),
  );
  expect(own.filter((hint) => !tried.has(hint))).toEqual([]);
  const texts = new Set(rows.map(([, , , hint]) => hint));
  expect(generalHints.filter(({ text }) => !texts.has(text))).toEqual([]);
});
