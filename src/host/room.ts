/** Place for the sandbox's BOSH root in a host's root that is shown as it is. */
import { type BoshRoot, internalRoot } from "../bosh/paths.ts";
import { dirname, join } from "../bosh/posix.ts";
import type { Room } from "./facts.ts";
import type { Found } from "./resolver.ts";

/**
 * Null where the BOSH root has its usual place. Otherwise what is at that place, if anything, is
 * not this machine's BOSH root, and nothing may be made there on the host.
 */
export function findRoom(
  { root }: BoshRoot,
  find: (path: string) => Found,
  list: (directory: string) => readonly string[],
): Room | null {
  if (root === internalRoot) return null;
  if (find(internalRoot) !== "nothing") return { directory: internalRoot, entries: [] };
  const directory = dirname(internalRoot);
  const entries = [...list(directory)].sort().map((name) => {
    const path = join(directory, name);
    const found = find(path);
    return typeof found === "object" ? { path, link: found.link } : { path };
  });
  return { directory, entries };
}
