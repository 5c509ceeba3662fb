/**
 * Asks the host what planning needs to know. This is on the way of every start: few system calls,
 * no other process, and nothing that the configuration does not call for.
 */
import { existsSync, lstatSync, readdirSync, readlinkSync, statSync } from "node:fs";

import { type BoshRoot, toHost, toJail } from "../bosh/paths.ts";
import type { ProcessPaths } from "../bosh/process-paths.ts";
import { lookupUser, type User, VCAP } from "./user.ts";
import type { ProcessConfig, Volume } from "../config/types.ts";
import { isSystemError } from "../report/errors.ts";
import { isHeld, SYS_RESOURCE } from "./capabilities.ts";
import { DEVICE_DIRECTORIES, RESOLVER_DIRECTORIES, SYSTEM_DIRECTORIES } from "./directories.ts";
import type { DeviceNode, HostFacts } from "./facts.ts";
import { glob, literal } from "./glob.ts";
import { gatherHierarchies } from "./cgroups.ts";
import { read } from "./files.ts";
import { parseMountinfo } from "./mountinfo.ts";
import type { RunOverrides } from "../plan/plan.ts";
import { findCapabilities, findHardLimit, isInitialUserNamespace } from "./proc.ts";
import { followResolver, type Found } from "./resolver.ts";

const DIRECTORIES = [...SYSTEM_DIRECTORIES, ...RESOLVER_DIRECTORIES, ...DEVICE_DIRECTORIES];

export function gatherHostFacts(
  paths: ProcessPaths,
  config: ProcessConfig,
  overrides: RunOverrides,
): HostFacts {
  const directories = DIRECTORIES.filter(isDirectory);
  const mounts = parseMountinfo(read("/proc/self/mountinfo"));
  const capabilities = findCapabilities(read("/proc/self/status"));
  const unrestricted = config.unrestrictedVolumes.map((volume) => matches(paths.root, volume));
  const volumes = [...config.additionalVolumes, ...overrides.volumes].map(({ path }) => path);
  return {
    user: vcap(),
    directories,
    resolver: followResolver(directories, find),
    mounts,
    cgroups: gatherHierarchies(mounts),
    bpf: isInitialUserNamespace(read("/proc/self/uid_map")),
    capabilities,
    openFilesMax: openFilesMax(capabilities),
    rosetta: isRosetta(),
    store: config.persistentDisk && isDirectory(paths.store.external()),
    unrestricted,
    deviceNodes: deviceNodes(paths.root, [...volumes, ...unrestricted.flat()]),
  };
}

/** Whether this host translates x86-64 programs. */
export function isRosetta(): boolean {
  return existsSync("/proc/sys/fs/binfmt_misc/rosetta");
}

/** The unprivileged user of this host. */
export function vcap(): User {
  return lookupUser(read("/etc/passwd"), VCAP);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function find(path: string): Found {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return "nothing";
  return status.isSymbolicLink() ? { link: readlinkSync(path) } : "other";
}

/**
 * The highest RLIMIT_NOFILE that bpm may set. Raising a hard limit takes CAP_SYS_RESOURCE in the
 * initial user namespace, see setrlimit(2).
 */
export function openFilesMax(capabilities: bigint): bigint {
  if (isHeld(capabilities, SYS_RESOURCE) && isInitialUserNamespace(read("/proc/self/uid_map"))) {
    return BigInt(read("/proc/sys/fs/nr_open").trim());
  }
  return findHardLimit(read("/proc/self/limits"), "Max open files");
}

/** What a volume's glob matches on the host, by the names that the sandbox has for it. */
function matches(root: BoshRoot, { path }: Volume): string[] {
  const pattern = toHost({ root: literal(root.root) }, path);
  return glob(pattern, { list, exists }).map((match) => toJail(root, match));
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (thrown) {
    // A glob says nothing of what it cannot look into; it matches what it sees.
    if (isSystemError(thrown)) return [];
    throw thrown;
  }
}

function exists(path: string): boolean {
  return linkStatus(path) !== undefined;
}

function deviceNodes(root: BoshRoot, paths: readonly string[]): Map<string, DeviceNode> {
  const nodes = new Map<string, DeviceNode>();
  for (const path of paths) {
    const node = deviceNode(toHost(root, path));
    if (node !== undefined) nodes.set(path, node);
  }
  return nodes;
}

function deviceNode(path: string): DeviceNode | undefined {
  const link = linkStatus(path);
  // A link that somebody else placed must not say which device a process may use.
  const status = link?.isSymbolicLink() && link.uid === 0
    ? statSync(path, { throwIfNoEntry: false })
    : link;
  const isBlock = status?.isBlockDevice();
  if (status === undefined || !(isBlock || status.isCharacterDevice())) return undefined;
  return {
    kind: isBlock ? "block" : "character",
    // The kernel's encoding, see new_encode_dev() in include/linux/kdev_t.h.
    major: status.rdev >>> 8 & 0xfff,
    minor: (status.rdev & 0xff) | (status.rdev >>> 12 & 0xfff00),
  };
}

/** lstat(2), undefined when there is nothing, or no way to it. */
function linkStatus(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (thrown) {
    if (isSystemError(thrown)) return undefined;
    throw thrown;
  }
}
