/** Device nodes inside, and which devices the cgroup lets be used. */
import { allCapabilities } from "../host/capabilities.ts";
import type { Device, DeviceRule, Mount, Symlink } from "./launch-plan.ts";

/** Numbers: Documentation/admin-guide/devices.txt of the kernel. */
export const deviceNodes: readonly Device[] = [
  { path: "/dev/null", major: 1, minor: 3, mode: 0o666 },
  { path: "/dev/zero", major: 1, minor: 5, mode: 0o666 },
  { path: "/dev/full", major: 1, minor: 7, mode: 0o666 },
  { path: "/dev/random", major: 1, minor: 8, mode: 0o666 },
  { path: "/dev/urandom", major: 1, minor: 9, mode: 0o666 },
  { path: "/dev/tty", major: 5, minor: 0, mode: 0o666 },
];

export const deviceSymlinks: readonly Symlink[] = [
  { path: "/dev/fd", target: "/proc/self/fd" },
  { path: "/dev/stdin", target: "/proc/self/fd/0" },
  { path: "/dev/stdout", target: "/proc/self/fd/1" },
  { path: "/dev/stderr", target: "/proc/self/fd/2" },
  { path: "/dev/ptmx", target: "pts/ptmx" },
];

const mknod = allCapabilities.indexOf("MKNOD");

/**
 * By which property of bpm.yml a process could use devices that the rules forbid, if nothing kept
 * it from that. Undefined: by none, since it can make no node, and its mounts show it no other.
 */
export function deviceAccess(
  capabilities: readonly number[],
  mounts: readonly Mount[],
): string | undefined {
  if (capabilities.includes(mknod)) return "MKNOD in capabilities";
  const other = mounts.find(({ type, no_dev }) => type === "bind" && !no_dev);
  return other && `the volume ${other.target}`;
}

/**
 * Whether a mount is writable means nothing for a device on it: only the rules make that true. So
 * where nothing keeps them, a read-only volume is no device that can be used.
 */
export function withoutRules(mount: Mount): Mount {
  return { ...mount, device_node: mount.device_node && !mount.read_only };
}

/**
 * What may be done with which devices, beside those that are volumes. Making nodes is allowed,
 * because programs do it (a tar archive of /dev), and is of no use: none of them can be opened.
 */
export function deviceRules(): DeviceRule[] {
  return [
    rule("character", null, null, "m"),
    rule("block", null, null, "m"),
    ...deviceNodes.map(({ major, minor }) => rule("character", major, minor, "rwm")),
    rule("character", 5, 1, "rwm"), // console
    rule("character", 5, 2, "rwm"), // ptmx
    rule("character", 136, null, "rwm"), // pts
  ];
}

function rule(
  kind: DeviceRule["kind"],
  major: number | null,
  minor: number | null,
  access: string,
): DeviceRule {
  const [read, write, make] = [..."rwm"].map((letter) => access.includes(letter));
  return { kind, major, minor, read: read === true, write: write === true, make: make === true };
}
