/**
 * Where cgroup leaves can be made on this host: v1, v2 or both.
 *
 * A leaf goes beside, not below, the cgroup of whoever called bpm: systemd kills what is below a
 * unit's cgroup when it stops the unit, and a job must outlive a restart of monit. It goes below
 * the cgroup of PID 1, which is the part of the tree that belongs to this machine or container:
 * there the container's own limits hold, and a job of the same name on the machine around it is
 * not touched. Where systemd owns the one tree of v2, it is asked for a scope.
 *
 * See cgroups(7) and, for the paths as a cgroup namespace shows them, cgroup_namespaces(7).
 */
import { isWithin } from "../bosh/paths.ts";
import { dirname, join } from "../bosh/posix.ts";
import type { Hierarchy } from "./facts.ts";
import type { MountEntry } from "./mountinfo.ts";

export interface CgroupSources {
  readonly mounts: readonly MountEntry[];
  /** The text of /proc/1/cgroup. */
  readonly initCgroup: string;
  /** Reads a file of a v2 directory; "" when there is none. */
  readonly read: (path: string) => string;
}

/** Where systemd makes its scopes, below its own part of the tree. */
const slice = "system.slice";
/** Where the init of a container that nests others goes, by convention. */
const refugeName = "init";

/** The hierarchies that can be written to. */
export function findHierarchies(sources: CgroupSources): Hierarchy[] {
  const { mounts, initCgroup } = sources;
  const writable = mounts.filter(({ type, readOnly }) => type.startsWith("cgroup") && !readOnly);
  return initCgroup.split("\n").flatMap((line): Hierarchy[] => {
    const [, id, names = "", init] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === undefined || init === undefined) return [];
    const version = id === "0" ? 2 : 1;
    const controllers = names.split(",");
    const place = placeOf(
      writable.filter((mount) => holds(mount, version, controllers)),
      init,
    );
    if (place === undefined) return [];
    if (version === 2) return [unifiedHierarchy(sources, place)];
    const { directory: parent } = place;
    return [{ version, parent, controllers, enabled: controllers, scopes: false, refuge: null }];
  });
}

function holds(mount: MountEntry, version: 1 | 2, controllers: readonly string[]): boolean {
  if (version === 2) return mount.type === "cgroup2";
  return mount.type === "cgroup" && controllers.every((name) => mount.superOptions.includes(name));
}

interface Place {
  readonly mount: MountEntry;
  readonly directory: string;
  /** Whether PID 1 is in a leaf of systemd's below the directory. */
  readonly ofSystemd: boolean;
}

/** PID 1's directory in the first mount that shows it, else the top of the first mount. */
function placeOf(mounts: readonly MountEntry[], init: string): Place | undefined {
  for (const mount of mounts) {
    const below = isWithin(init, mount.root) ? pathBelow(mount.root, init) : "..";
    // ".." is outside: of this mount, or of the cgroup namespace.
    if (below.split("/").includes("..")) continue;
    const directory = join(mount.mountPoint, withoutInit(below));
    return { mount, directory, ofSystemd: /(^|\/)init\.scope$/.test(below) };
  }
  const [mount] = mounts;
  return mount && { mount, directory: mount.mountPoint, ofSystemd: false };
}

/** `path` from a directory that holds it, or is it, on. */
function pathBelow(directory: string, path: string): string {
  return path.slice(directory.length).replace(/^\//, "");
}

/** systemd sits in a leaf of its own, and so does the init of containers that nest cgroups. */
function withoutInit(path: string): string {
  return path.replace(/(^|\/)init(\.scope)?$/, "");
}

function unifiedHierarchy(sources: CgroupSources, place: Place): Hierarchy {
  const words = (path: string) => sources.read(path).split(/\s+/).filter(Boolean);
  // On hybrid hosts systemd keeps its units in a hierarchy of v1.
  const isHybrid = sources.initCgroup.includes(":name=systemd:");
  // Where systemd is not seen to listen, this stands: the tree is its own, and asking it fails.
  if (place.ofSystemd && !isHybrid) {
    const controllers = words(`${place.directory}/cgroup.controllers`);
    const parent = `${place.directory}/${slice}`;
    return { version: 2, parent, controllers, enabled: [], scopes: true, refuge: null };
  }
  const { parent, refuge } = besideProcesses(place, sources.read);
  return {
    version: 2,
    parent,
    controllers: words(`${parent}/cgroup.controllers`),
    enabled: words(`${parent}/cgroup.subtree_control`),
    scopes: false,
    refuge,
  };
}

/**
 * Only the root of the whole tree may have processes and still hand controllers down. Elsewhere the
 * leaves go beside the cgroup that PID 1 shares with others; at the top of a cgroup namespace,
 * where nothing is beside it, those in it have to make room.
 */
function besideProcesses(
  { mount, directory }: Place,
  read: CgroupSources["read"],
): { parent: string; refuge: string | null } {
  const isRoot = read(`${directory}/cgroup.type`) === "";
  if (isRoot || read(`${directory}/cgroup.procs`) === "") {
    return { parent: directory, refuge: null };
  }
  if (directory !== mount.mountPoint) return { parent: dirname(directory), refuge: null };
  const isTopOfNamespace = mount.root === "/";
  return { parent: directory, refuge: isTopOfNamespace ? `${directory}/${refugeName}` : null };
}
