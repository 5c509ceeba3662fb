/** Device nodes inside, and which devices the cgroup lets be used. */
import type { DeviceNode } from "./facts.ts";
import type { Device, Symlink } from "./launch-plan.ts";

/** Numbers: Documentation/admin-guide/devices.txt of the kernel. */
export const DEVICES: readonly Device[] = [
  { path: "/dev/null", major: 1, minor: 3, mode: 0o666 },
  { path: "/dev/zero", major: 1, minor: 5, mode: 0o666 },
  { path: "/dev/full", major: 1, minor: 7, mode: 0o666 },
  { path: "/dev/random", major: 1, minor: 8, mode: 0o666 },
  { path: "/dev/urandom", major: 1, minor: 9, mode: 0o666 },
  { path: "/dev/tty", major: 5, minor: 0, mode: 0o666 },
];

export const DEVICE_SYMLINKS: readonly Symlink[] = [
  { path: "/dev/fd", target: "/proc/self/fd" },
  { path: "/dev/stdin", target: "/proc/self/fd/0" },
  { path: "/dev/stdout", target: "/proc/self/fd/1" },
  { path: "/dev/stderr", target: "/proc/self/fd/2" },
  { path: "/dev/ptmx", target: "pts/ptmx" },
];

/** A device node that is a volume, and whether the volume is writable. */
export interface DeviceVolume {
  readonly node: DeviceNode;
  readonly writable: boolean;
}

/**
 * Rules as the v1 devices controller takes them. Making nodes is allowed, because programs do it
 * (a tar archive of /dev), and is of no use: none of them can be opened.
 */
export function deviceRules(volumes: readonly DeviceVolume[]): string[] {
  return [
    "c *:* m",
    "b *:* m",
    ...DEVICES.map(({ major, minor }) => `c ${major}:${minor} rwm`),
    "c 5:1 rwm", // console
    "c 5:2 rwm", // ptmx
    "c 136:* rwm", // pts
    ...volumes.map(({ node, writable }) =>
      `${node.kind === "block" ? "b" : "c"} ${node.major}:${node.minor} ${writable ? "rw" : "r"}`
    ),
  ];
}
