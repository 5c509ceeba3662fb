/** The machine, or the container on it. */
import type { Facts } from "../facts.ts";
import { type Finding, finding } from "../finding.ts";

/** What bpm is made for and tried on. */
const oldestKernel = { major: 5, minor: 15 } as const;

export function examineHost({ host, kernel }: Facts): Finding[] {
  const where = host.container ? "a container" : "a machine of its own";
  return [
    release(host),
    finding("ok", "surroundings", "host", `${where}, PID 1 is ${host.init}`),
    ...(host.initialUserNamespace
      ? []
      : [
          finding(
            "warning",
            "user-namespace",
            "users",
            "in a user namespace, where no device nodes can be made",
            "Give the container the user ids of the machine.",
          ),
        ]),
    ...(host.filtered
      ? [
          finding(
            "note",
            "filtered",
            "system calls",
            "bpm itself is behind a filter of system calls, which its jobs keep",
          ),
        ]
      : []),
    ...(kernel.rosetta
      ? [
          finding(
            "warning",
            "rosetta",
            "rosetta",
            "x86-64 programs are translated by Rosetta, so processes get no seccomp filter",
            "Run jobs that are not trusted on a machine of their own architecture.",
          ),
        ]
      : []),
  ];
}

function release({ release, arch }: Facts["host"]): Finding {
  const text = `Linux ${release} on ${arch === "x64" ? "x86-64" : arch}`;
  const [major = 0, minor = 0] = release.split(".").map((part) => Number.parseInt(part, 10));
  const isOld =
    major < oldestKernel.major || (major === oldestKernel.major && minor < oldestKernel.minor);
  if (!isOld) return finding("ok", "kernel", "kernel", text);
  const oldest = `${oldestKernel.major}.${oldestKernel.minor}`;
  return finding(
    "warning",
    "kernel-old",
    "kernel",
    `${text}, older than ${oldest}`,
    `bpm is tried on Linux ${oldest} and newer: use a newer stemcell.`,
  );
}
