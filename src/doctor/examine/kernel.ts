/** What bpm has tried of the kernel, as zig/src/host/probe.zig tells it. */

import type { Feature } from "../../core/documents.ts";
import { deviceFilter } from "../../plan/cgroups.ts";
import { errnoSentence } from "../../report/errno-sentence.ts";
import type { Facts } from "../facts.ts";
import { type Finding, finding } from "../finding.ts";

interface Trial {
  readonly feature: Feature;
  /** What it is called where it works. */
  readonly name: string;
  /** What could not be done. */
  readonly deed: string;
  /** The kernel's option for it. */
  readonly option?: string;
  /** What to do about it, where that is known better than from the errno alone. */
  readonly advice?: (facts: Facts, errno: string) => string | undefined;
  /** Whether starts use it on this host; by default they do. */
  readonly isNeeded?: (facts: Facts) => boolean;
}

interface Group {
  readonly subject: string;
  readonly trials: readonly Trial[];
}

const trialGroups = [
  {
    subject: "system calls",
    trials: [
      { feature: "clone3", name: "clone3", deed: "clone a process" },
      {
        feature: "clone_into_cgroup",
        name: "CLONE_INTO_CGROUP",
        deed: "clone a process into a cgroup",
        isNeeded: hasV2,
      },
      { feature: "openat2", name: "openat2", deed: "open a path without links" },
      { feature: "close_range", name: "close_range", deed: "close all descriptors" },
      { feature: "pidfd", name: "pidfd_open", deed: "hold on to a process" },
      {
        feature: "pidfd_send_signal",
        name: "pidfd_send_signal",
        deed: "send a signal to a process that it holds on to",
      },
      { feature: "signalfd", name: "signalfd4", deed: "read signals, to pass them on" },
      { feature: "flock", name: "flock", deed: "lock a file" },
      { feature: "setns", name: "setns", deed: "enter the namespaces of a process" },
      { feature: "execveat", name: "execveat", deed: "execute a file in memory" },
      {
        feature: "memfd",
        name: "memfd_create",
        deed: "make an executable file in memory",
        option: "CONFIG_MEMFD_CREATE",
        advice: (_, errno) =>
          errno === "EACCES" ? "Set the sysctl vm.memfd_noexec to 0 or 1." : undefined,
      },
    ],
  },
  {
    subject: "namespaces",
    trials: [
      { feature: "mount_namespace", name: "mount", deed: "make a mount namespace" },
      {
        feature: "ipc_namespace",
        name: "IPC",
        deed: "make an IPC namespace",
        option: "CONFIG_IPC_NS",
      },
      {
        feature: "uts_namespace",
        name: "UTS",
        deed: "make a UTS namespace",
        option: "CONFIG_UTS_NS",
      },
      {
        feature: "pid_namespace",
        name: "PID",
        deed: "make a PID namespace",
        option: "CONFIG_PID_NS",
      },
    ],
  },
  {
    subject: "mounts",
    trials: [
      { feature: "private_mounts", name: "private mounts", deed: "make mounts private" },
      { feature: "open_tree", name: "open_tree", deed: "bind /usr" },
      { feature: "mount_setattr", name: "mount_setattr", deed: "make a bind read-only" },
      { feature: "tmpfs", name: "tmpfs", deed: "mount a tmpfs", option: "CONFIG_TMPFS" },
      { feature: "proc", name: "proc", deed: "mount a proc" },
      { feature: "sysfs", name: "sysfs", deed: "mount a sysfs" },
      {
        feature: "devpts",
        name: "devpts",
        deed: "mount a devpts",
        option: "CONFIG_UNIX98_PTYS",
      },
      { feature: "mqueue", name: "mqueue", deed: "mount an mqueue", option: "CONFIG_POSIX_MQUEUE" },
      { feature: "pivot_root", name: "pivot_root", deed: "change the root" },
    ],
  },
  {
    subject: "devices",
    trials: [
      {
        feature: "device_nodes",
        name: "device nodes",
        deed: "make a device node",
        advice: ({ host }) =>
          host.initialUserNamespace
            ? undefined
            : "Give the container the user ids of the machine; no user namespace has devices.",
      },
      {
        feature: "bpf_devices",
        name: "BPF filter of cgroup v2",
        deed: "load a BPF program that filters devices",
        option: "CONFIG_CGROUP_BPF",
        isNeeded: filtersByBpf,
      },
    ],
  },
  {
    subject: "privileges",
    trials: [
      { feature: "keyring", name: "session keyring", deed: "join a new session keyring" },
      { feature: "drop_privileges", name: "dropping them", deed: "become vcap" },
      { feature: "no_new_privs", name: "no_new_privs", deed: "set no_new_privs" },
    ],
  },
  {
    subject: "seccomp",
    trials: [
      {
        feature: "seccomp",
        name: "the filter of system calls",
        deed: "install the filter of system calls",
        option: "CONFIG_SECCOMP_FILTER",
        isNeeded: ({ kernel }) => !kernel.rosetta,
      },
    ],
  },
  {
    subject: "systemd",
    trials: [
      {
        feature: "systemd",
        name: "answers to bpm",
        deed: "connect to systemd at /run/systemd/private",
        advice: () => "Is /run that of the host, and systemd its PID 1?",
        isNeeded: ({ cgroups }) => cgroups.hierarchies.some(({ scopes }) => scopes),
      },
    ],
  },
] as const satisfies readonly Group[];

/** All that the core tries, as test/contract holds. */
export type Tried = (typeof trialGroups)[number]["trials"][number]["feature"];

/** What zig/src/host/probe.zig says of what comes after a failure. */
const notTried = "ECANCELED";

export function examineKernel(facts: Facts): Finding[] {
  if (facts.kernel.failures === undefined) {
    return [finding("note", "kernel-untried", "features", "not tried, for want of libbpm.so")];
  }
  const groups: readonly Group[] = trialGroups;
  return groups.flatMap(({ subject, trials }) =>
    examineGroup(
      facts,
      subject,
      trials.filter(({ isNeeded }) => isNeeded?.(facts) ?? true),
    ),
  );
}

/** One line for what works, one for what could not be tried, one for each thing that fails. */
function examineGroup(facts: Facts, subject: string, trials: readonly Trial[]): Finding[] {
  const errnoOf = ({ feature }: Trial) => facts.kernel.failures?.[feature];
  const { reported } = facts.kernel;
  const unreported = trials.filter(({ feature }) => reported?.includes(feature) === false);
  const works = trials.filter(
    (trial) => errnoOf(trial) === undefined && !unreported.includes(trial),
  );
  const untried = trials.filter((trial) => errnoOf(trial) === notTried);
  const settled = [...works, ...untried, ...unreported];
  const failed = trials.filter((trial) => !settled.includes(trial));
  return [
    ...(works.length === 0 ? [] : [finding("ok", "feature", subject, names(works))]),
    // Whatever has failed before is a problem of its own.
    ...(untried.length === 0
      ? []
      : [
          finding(
            "note",
            "feature-untried",
            subject,
            `not tried, as something failed: ${names(untried)}`,
          ),
        ]),
    ...(unreported.length === 0
      ? []
      : [
          finding(
            "problem",
            "feature-unreported",
            subject,
            `not tried: libbpm.so says nothing of ${names(unreported)}`,
            "Install bpm and libbpm.so of one release together.",
          ),
        ]),
    ...failed.map((trial) => failure(facts, subject, trial, errnoOf(trial) ?? "")),
  ];
}

function names(trials: readonly Trial[]): string {
  return trials.map(({ name }) => name).join(", ");
}

function failure(facts: Facts, subject: string, trial: Trial, errno: string): Finding {
  const { feature, deed } = trial;
  const code = `no-${feature.replaceAll("_", "-")}`;
  const advice = trial.advice?.(facts, errno) ?? usualAdvice(facts, trial, errno);
  return finding("problem", code, subject, `cannot ${deed}: ${errnoSentence(errno)}`, advice);
}

function usualAdvice({ host }: Facts, { option }: Trial, errno: string): string {
  if (errno === "EPERM" || errno === "EACCES") {
    return host.container || host.filtered
      ? "Run the container privileged: with all capabilities and no seccomp or AppArmor profile."
      : "bpm needs all capabilities of root: see the capabilities below.";
  }
  if (option === undefined) return "Use a kernel of version 5.15 or newer.";
  return `The kernel has to be built with ${option}.`;
}

function hasV2({ cgroups }: Facts): boolean {
  return cgroups.hierarchies.some(({ version }) => version === 2);
}

/** As planCgroups decides: with a devices controller of v1, or in a user namespace, it does not. */
function filtersByBpf(facts: Facts): boolean {
  const {
    cgroups: { hierarchies },
    host,
  } = facts;
  return deviceFilter(hierarchies, host.initialUserNamespace) === "bpf";
}
