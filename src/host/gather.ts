/**
 * Asks the host what planning needs to know. This is on the way of every start: few system calls,
 * no other process, and nothing that the configuration does not call for.
 */
import { homeOf } from "../bosh/holders.ts";
import { type BoshRoot, internalRoot, isWithin, toHost, toJail } from "../bosh/paths.ts";
import type { ProcessPaths } from "../bosh/process-paths.ts";
import type { ProcessConfig, Volume } from "../config/types.ts";
import { exists, isDirectory, readNames, statusOf, textOf } from "../core/files.ts";
import type { RunOverrides } from "../plan/plan.ts";
import { isSystemError } from "../report/errors.ts";
import { isHeld, sysResource } from "./capabilities.ts";
import { gatherHierarchies } from "./cgroups.ts";
import { deviceDirectories, resolverDirectories, systemDirectories } from "./directories.ts";
import type { HostFacts } from "./facts.ts";
import { read } from "./files.ts";
import { glob, literal } from "./glob.ts";
import { parseMountinfo } from "./mountinfo.ts";
import { findCapabilities, findHardLimit, isInitialUserNamespace } from "./proc.ts";
import { type Found, followResolver } from "./resolver.ts";
import { findRoom } from "./room.ts";
import { lookupUser, type User, vcapIds } from "./user.ts";

const knownDirectories = [...systemDirectories, ...resolverDirectories, ...deviceDirectories];

export function gatherHostFacts(
  paths: ProcessPaths,
  config: ProcessConfig,
  overrides: RunOverrides,
): HostFacts {
  const directories = knownDirectories.filter(isDirectory);
  const mounts = parseMountinfo(read("/proc/self/mountinfo"));
  const capabilities = findCapabilities(read("/proc/self/status"));
  const volumes = [...config.additionalVolumes, ...overrides.volumes];
  const unrestricted = config.unrestrictedVolumes.map((volume) => matches(paths.root, volume));
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
    jobs: volumes.some((volume) => mayBeAnothers(volume, paths))
      ? list(toHost(paths.root, paths.jobs.internal()))
      : [],
    store: config.persistentDisk && isDirectory(paths.store.external()),
    room: unrestricted.flat().includes("/") ? findRoom(paths.root, find, list) : null,
    unrestricted,
  };
}

/** Whether this host translates x86-64 programs. */
export function isRosetta(): boolean {
  return exists("/proc/sys/fs/binfmt_misc/rosetta");
}

/** The unprivileged user of this host. */
export function vcap(): User {
  return lookupUser(read("/etc/passwd"), vcapIds);
}

function find(path: string): Found {
  const status = statusOf(path);
  if (status === undefined) return "nothing";
  return status.link === null ? "other" : { link: textOf(status.link) };
}

/**
 * The highest RLIMIT_NOFILE that bpm may set. Raising a hard limit takes CAP_SYS_RESOURCE in the
 * initial user namespace, see setrlimit(2).
 */
export function openFilesMax(capabilities: bigint): bigint {
  if (isHeld(capabilities, sysResource) && isInitialUserNamespace(read("/proc/self/uid_map"))) {
    return BigInt(read("/proc/sys/fs/nr_open").trim());
  }
  return findHardLimit(read("/proc/self/limits"), "Max open files");
}

/** Whether it matters to whom a volume belongs, and the names of the jobs decide that. */
function mayBeAnothers({ path, mountOnly }: Volume, { root, job }: ProcessPaths): boolean {
  const home = homeOf(toJail(root, path));
  return !mountOnly && home !== undefined && home !== job;
}

/** What a volume's glob matches on the host, by the names that the sandbox has for it. */
function matches(root: BoshRoot, { path }: Volume): string[] {
  if (!path.startsWith("/")) return [];
  const pattern = toHost({ root: literal(root.root) }, path);
  const found = glob(pattern, { list, exists: isThere });
  // A pattern that is written as the host has it is shown as it is written.
  return isWithin(path, internalRoot) ? found.map((match) => toJail(root, match)) : found;
}

function list(directory: string): string[] {
  try {
    return readNames(directory);
  } catch (thrown) {
    // A glob says nothing of what it cannot look into; it matches what it sees.
    if (isSystemError(thrown)) return [];
    throw thrown;
  }
}

/** A link that leads nowhere is there as well. */
function isThere(path: string): boolean {
  return statusOf(path) !== undefined;
}
