/**
 * How the OCI documents for a process differ from those of the Go implementation of bpm.
 * docs/differences.md has every reason that stands here.
 */

export interface Difference {
  readonly side: "ours" | "theirs";
  readonly line: RegExp;
  readonly reason: string;
}

/** Every deliberate difference, as a line that only one side has. */
export const differences: readonly Difference[] = [
  {
    side: "theirs",
    line: /^arg (\/var\/vcap\/packages\/bpm\/bin\/tini|-w|-s|--)$/,
    reason: "the init is no program of the sandbox, and not a matter of this document",
  },
  {
    side: "ours",
    line: /^mount \S+ option r?slave$/,
    reason: "mounts of the host reach the sandbox, none go back",
  },
  {
    side: "ours",
    line: /^mount \S+ option rshared$/,
    reason: "said outright; theirs relies on the source being shared",
  },
  {
    side: "theirs",
    line: /^mount \/dev option nodev$/,
    reason: "a host's /dev as a volume is of no use if not even /dev/null can be opened",
  },
  {
    side: "ours",
    line: /^capability effective /,
    reason: "the same as permitted: effective would come with the ambient set anyway",
  },
  {
    side: "ours",
    line: /^rlimit RLIMIT_NOFILE 524288 524288$/,
    reason: "a default of its own, instead of what the caller happens to have",
  },
  {
    side: "ours",
    line: /^masked \/(proc\/(acpi|keys|scsi)|sys\/devices\/virtual\/powercap)$/,
    reason: "they tell of the host, and later container runtimes mask them too",
  },
  {
    side: "ours",
    line: /^root read-only$/,
    reason: "nothing of an unprivileged process belongs there",
  },
  {
    side: "ours",
    line: /^resource devices \[\{"allow":true,"access":"rwm"\}\]$/,
    reason: "a privileged process may use the host's devices, as its capabilities suggest",
  },
  {
    side: "ours",
    line: /^seccomp \{"names":\["\w+64"\],"action":"SCMP_ACT_ERRNO","errnoRet":38\}$/,
    reason: "32-bit programs fall back to the call's older twin, instead of failing",
  },
  {
    side: "ours",
    line: /^seccomp \{"names":\["clone"\].*"value":2114060288/,
    reason: "a new cgroup namespace is one of the namespaces that clone may not make",
  },
  {
    side: "theirs",
    line: /^seccomp \{"names":\["clone"\].*"value":2080505856/,
    reason: "a new cgroup namespace is one of the namespaces that clone may not make",
  },
  {
    side: "theirs",
    line: /^seccomp \{"names":\["socket(pair|call)?"\],"action":"SCMP_ACT_ALLOW"\}$/,
    reason: "no socket of the families AF_ALG and AF_VSOCK is made, in whatever way",
  },
  {
    side: "ours",
    line: /^seccomp \{"names":\["socket(pair|call)?"\],.*"op":"SCMP_CMP_(LT|EQ|GT)"/,
    reason: "no socket of the families AF_ALG and AF_VSOCK is made, in whatever way",
  },
  {
    side: "theirs",
    line: /^seccomp \{"names":\["(recv|send)"\]/,
    reason: "no call of these architectures has that name",
  },
];
