/**
 * Name resolution inside. /etc/resolv.conf is often the start of a chain of links that ends in
 * /run; what it ends at must be there, under the name by which the sandbox comes to it, and must
 * stay current when its owner replaces it. So the directory is bound, not the file: a bound file
 * would remain the old one after a rename(2).
 */
import { isWithin } from "../bosh/paths.ts";
import { dirname, resolve } from "../bosh/posix.ts";

/** One file that looking up /etc/resolv.conf comes past: a link of the chain, or its end. */
export interface ResolverStep {
  /** By which name the sandbox looks for it. */
  readonly inside: string;
  /** Where it is on the host, no link on the way to it. */
  readonly host: string;
  readonly exists: boolean;
}

/** What is found at a path, which is not followed when it is a link. */
export type Found = { readonly link: string } | "other" | "nothing";

const resolvConf = "/etc/resolv.conf";
/** As many as the kernel follows, see path_resolution(7). */
const linksMax = 40;

/**
 * Follows the chain from /etc/resolv.conf. A link to a directory that the sandbox shows too
 * (below one of `visible`) is followed by the sandbox itself; behind any other, the sandbox sees
 * a directory of the link's name.
 */
export function followResolver(
  visible: readonly string[],
  find: (path: string) => Found,
): ResolverStep[] {
  const steps: ResolverStep[] = [];
  let inside = resolvConf;
  let host = resolvConf;
  for (let links = 0; links < linksMax; links++) {
    const stop = firstLink(host, find);
    if (stop === undefined) return steps;
    const { path, rest, found } = stop;
    if (rest === "") steps.push({ inside, host, exists: found !== "nothing" });
    if (found === "other" || found === "nothing") return steps;
    const name = inside.slice(0, inside.length - rest.length);
    const isLinkInside = visible.some((top) => name !== top && isWithin(name, top));
    if (rest === "" || isLinkInside) inside = resolve(dirname(name), found.link) + rest;
    host = resolve(dirname(path), found.link) + rest;
  }
  return steps;
}

/** The first component that is a link, or the last; undefined if one before it is missing. */
function firstLink(host: string, find: (path: string) => Found) {
  const components = host.split("/");
  for (let end = 2; end <= components.length; end++) {
    const path = components.slice(0, end).join("/");
    const rest = host.slice(path.length);
    const found = find(path);
    if (rest === "" || typeof found === "object") return { path, rest, found };
    if (found === "nothing") return undefined;
  }
  return undefined;
}
