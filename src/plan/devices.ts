/** Device nodes inside, and which devices the cgroup lets be used. */
import type { DeviceNode } from "../host/facts.ts";
import { CAPABILITIES } from "../host/capabilities.ts";
import type { Device, DeviceRule, Mount, Symlink } from "./launch-plan.ts";

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
  /** Where it is in the sandbox. */
  readonly path: string;
  readonly node: DeviceNode;
  readonly writable: boolean;
}

const MKNOD = CAPABILITIES.indexOf("MKNOD");

/**
 * By which property of bpm.yml a process could use devices that the rules forbid, if nothing kept
 * it from that. Undefined: by none, since it can make no node, and its mounts show it no other.
 */
export function deviceAccess(
  capabilities: readonly number[],
  mounts: readonly Mount[],
  volumes: readonly DeviceVolume[],
): string | undefined {
  if (capabilities.includes(MKNOD)) return "MKNOD in capabilities";
  const shown = mounts.filter(({ type, no_dev }) => type === "bind" && !no_dev);
  // Whether a mount is writable means nothing for a device on it; only the rules make that true.
  const harmless = volumes.filter(({ writable }) => writable).map(({ path }) => path);
  const other = shown.find(({ target }) => !harmless.includes(target));
  return other && `the volume ${other.target}`;
}

/**
 * What may be done with which devices. Making nodes is allowed, because programs do it (a tar
 * archive of /dev), and is of no use: none of them can be opened.
 */
export function deviceRules(volumes: readonly DeviceVolume[]): DeviceRule[] {
  return [
    rule("character", null, null, "m"),
    rule("block", null, null, "m"),
    ...DEVICES.map(({ major, minor }) => rule("character", major, minor, "rwm")),
    rule("character", 5, 1, "rwm"), // console
    rule("character", 5, 2, "rwm"), // ptmx
    rule("character", 136, null, "rwm"), // pts
    ...volumes.map(({ node, writable }) => (
      rule(node.kind, node.major, node.minor, writable ? "rw" : "r")
    )),
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

/** A rule as the v1 devices controller reads it: `c 1:3 rwm`. */
export function ruleText({ kind, major, minor, read, write, make }: DeviceRule): string {
  const access = `${read ? "r" : ""}${write ? "w" : ""}${make ? "m" : ""}`;
  return `${kind === "block" ? "b" : "c"} ${major ?? "*"}:${minor ?? "*"} ${access}`;
}
