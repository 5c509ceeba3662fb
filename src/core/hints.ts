/** What an operator can do about a failure of the core, for those that have a usual reason. */

interface Row {
  readonly step: RegExp;
  /** undefined: whatever it is, as with the subject. */
  readonly errno?: readonly string[];
  readonly subject?: RegExp;
  /** `SUBJECT` stands for what the step was applied to. */
  readonly hint: string;
}

/** The first row that fits counts. */
const ROWS: readonly Row[] = [
  {
    step: /^(?!exec)/,
    errno: ["ELOOP"],
    hint: "Remove the link, or let root own it: bpm works as root and follows no other.",
  },
  {
    // What opening something else than a regular file ends with.
    step: /^open file/,
    errno: ["EINVAL", "EISDIR", "EMLINK", "ENXIO"],
    hint: "It has to be a regular file of its own; move away what is there.",
  },
  {
    step: /^exec( interpreter of)?$/,
    errno: ["ENOENT"],
    hint: "Is it there inside the sandbox? Only the declared parts of the file system are.",
  },
  {
    step: /^exec( interpreter of)?$/,
    errno: ["EACCES"],
    hint: "It must be executable by vcap, on a volume with allow_executions.",
  },
  {
    step: /^clone$/,
    errno: ["EAGAIN"],
    hint: "Is limits.processes of bpm.yml used up, or the machine's own limit?",
  },
  {
    step: /^clone$/,
    errno: ["EBUSY"],
    hint: "The job has divided its cgroup, so that nothing can enter it (cgroups(7)).",
  },
  {
    step: /^chown$/,
    errno: ["EPERM"],
    hint: "The file system does not let root change owners; set mount_only: true for SUBJECT.",
  },
  {
    step: /^open bind source$/,
    errno: ["ENOENT"],
    hint: "A volume that bpm does not make must exist before the process starts, and if it is a "
      + "link, so must what that leads to.",
  },
  {
    step: /^start scope$/,
    errno: ["ENOENT"],
    hint: "systemd is PID 1 but does not listen there: is /run that of the host?",
  },
  {
    step: /^start scope$/,
    hint: "systemd's journal has more: journalctl -b _PID=1",
  },
  {
    step: /^set cgroup limit$/,
    errno: ["EBUSY"],
    subject: /cgroup\.subtree_control to /,
    hint: "Processes are in the cgroup that is to be divided. Run the container with a cgroup "
      + "namespace of its own, or move them to a cgroup below it.",
  },
  {
    step: /^set cgroup limit$/,
    errno: ["EINVAL"],
    hint: "The kernel does not take this value; see limits in bpm.yml.",
  },
  {
    step: /^filter devices$/,
    errno: ["EPERM"],
    hint: "The container around bpm lacks CAP_SYS_ADMIN or CAP_BPF, or forbids bpf(2).",
  },
  {
    step: /^/,
    errno: ["EMFILE"],
    hint: "A volume takes two descriptors: raise the hard limit of bpm's caller (ulimit -Hn).",
  },
  {
    step: /^/,
    errno: ["ENOMEM"],
    hint: "The sandbox and its init alone take some 512 KiB: is limits.memory lower than that?",
  },
];

export function hintFor(step: string, subject: string, errno: string): string | undefined {
  const row = ROWS.find((candidate) => (
    candidate.step.test(step)
    && (candidate.errno === undefined || candidate.errno.includes(errno))
    && (candidate.subject === undefined || candidate.subject.test(subject))
  ));
  return row?.hint.replace("SUBJECT", () => subject);
}
