/**
 * Names of cgroup leaves: told apart by container id, BOSH root and start, so that what is left of
 * a process can be found even if the note about it is lost.
 */
import type { BoshRoot } from "../bosh/paths.ts";
import type { ProcessPaths } from "../bosh/process-paths.ts";
import type { Hierarchy } from "./facts.ts";

const uniquePart = /^[0-9a-f]{8}$/;

/** The name for one start. `unique` is eight hexadecimal digits. */
export function leafName(paths: ProcessPaths, unique: string): string {
  return `${leafPrefix(paths)}${unique}`;
}

/** Whether a directory of this name is a leaf of one of the process's starts. */
export function isLeafOf(paths: ProcessPaths, name: string): boolean {
  const prefix = leafPrefix(paths);
  return name.startsWith(prefix) && uniquePart.test(name.slice(prefix.length));
}

/** The container id in the name of a leaf below this BOSH root; undefined for any other name. */
export function idOfLeaf(root: BoshRoot, name: string): string | undefined {
  const [, id, mark] = /^(bpm-.+)-([0-9a-f]{4})[0-9a-f]{8}$/.exec(name) ?? [];
  return mark === rootMark(root) ? id : undefined;
}

export interface LeafPlace {
  readonly directory: string;
  /** The unit of systemd's that the leaf is all of, or null. */
  readonly unit: string | null;
}

/**
 * Where a leaf of this name is in a hierarchy. The files of a unit's own cgroup are systemd's to
 * write; what is delegated begins below it.
 */
export function leafPlace({ parent, scopes }: Hierarchy, name: string): LeafPlace {
  if (!scopes) return { directory: `${parent}/${name}`, unit: null };
  return { directory: `${parent}/${name}.scope/sandbox`, unit: `${name}.scope` };
}

/** The name of the leaf that an entry of a hierarchy's parent holds. */
export function leafOf({ scopes }: Hierarchy, entry: string): string {
  return scopes ? entry.replace(/\.scope$/, "") : entry;
}

function leafPrefix(paths: ProcessPaths): string {
  return `${paths.id}-${rootMark(paths.root)}`;
}

/** Jobs of one name below two BOSH roots of one machine have nothing to do with each other. */
function rootMark({ root }: BoshRoot): string {
  return new Bun.CryptoHasher("sha256").update(root).digest("hex").slice(0, 4);
}
