/**
 * Name resolution inside. /etc/resolv.conf is often the start of a chain of links that ends in
 * /run; what it ends at must be there, under the name by which the sandbox comes to it, and must
 * stay current when its owner replaces it. So the directory is bound, not the file: a bound file
 * would remain the old one after a rename(2).
 */
import { posix } from "node:path";

import { type BoshRoot, isWithin } from "../bosh/paths.ts";
import type { HostFacts } from "./facts.ts";
import { bindMount, type PlannedMount } from "./planned-mount.ts";

/** Always bound when present, as resolvconf(8) and systemd-resolved(8) may come into use later. */
export const RESOLVER_DIRECTORIES = ["/run/resolvconf", "/run/systemd/resolve"] as const;

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

const RESOLV_CONF = "/etc/resolv.conf";
const HOSTS = "/etc/hosts";
/** As many as the kernel follows, see path_resolution(7). */
const LINKS_MAX = 40;

const SHARED_DIRECTORIES: readonly string[] = [
  "/run/credentials", "/run/lock", "/run/secrets", "/run/systemd", "/run/user", "/var/cache",
  "/var/lib", "/var/lock", "/var/log", "/var/run", "/var/spool",
];
const PRIVATE_TREES: readonly string[] = [
  "/boot", "/dev", "/home", "/proc", "/root", "/sys", "/tmp", "/var/tmp", "/var/vcap",
];

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
  let inside = RESOLV_CONF;
  let host = RESOLV_CONF;
  for (let links = 0; links < LINKS_MAX; links++) {
    const stop = firstLink(host, find);
    if (stop === undefined) return steps;
    const { path, rest, found } = stop;
    if (rest === "") steps.push({ inside, host, exists: found !== "nothing" });
    if (found === "other" || found === "nothing") return steps;
    const name = inside.slice(0, inside.length - rest.length);
    const isLinkInside = visible.some((top) => name !== top && isWithin(name, top));
    if (rest === "" || isLinkInside) inside = posix.resolve(posix.dirname(name), found.link) + rest;
    host = posix.resolve(posix.dirname(path), found.link) + rest;
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

/** What has to be mounted beside the system's directories for the chain to be visible inside. */
export function resolverMounts(
  facts: Pick<HostFacts, "directories" | "resolver" | "mounts">,
  root: BoshRoot,
): PlannedMount[] {
  const planned = RESOLVER_DIRECTORIES
    .filter((directory) => facts.directories.includes(directory))
    .map((directory) => resolverBind(directory, directory));
  const mountPoints = new Set(facts.mounts.map((mount) => mount.mountPoint));
  for (const step of facts.resolver) {
    const directory = posix.dirname(step.host);
    const shown = [...facts.directories, ...planned.map(({ mount }) => mount.target)];
    if (mountPoints.has(step.host)) {
      planned.push(resolverBind(step.host, step.inside));
    } else if (shown.some((top) => shows(top, step.inside, directory, mountPoints))) {
      continue;
    } else if (mayBind(directory, root)) {
      planned.push(resolverBind(directory, posix.dirname(step.inside)));
    } else if (step.exists) {
      planned.push(resolverBind(step.host, step.inside));
    }
  }
  // Container managers mount this single file, and binding /etc shows what is beneath it.
  if (mountPoints.has(HOSTS)) planned.push(resolverBind(HOSTS, HOSTS));
  return planned;
}

/** Whether a bind of `top` shows the directory: mounts below it are not bound with it. */
function shows(top: string, inside: string, directory: string, mountPoints: ReadonlySet<string>) {
  if (!isWithin(inside, top)) return false;
  for (let above = directory; above !== top && isWithin(above, top); above = posix.dirname(above)) {
    if (mountPoints.has(above)) return false;
  }
  return true;
}

/**
 * Whether a directory holds little but what a resolver writes. What many services share would
 * show the job files and sockets of others; there only the file itself is bound.
 */
function mayBind(directory: string, root: BoshRoot): boolean {
  const own = directory.split("/").length > 2 && !SHARED_DIRECTORIES.includes(directory);
  return own && ![...PRIVATE_TREES, root.root].some((tree) => isWithin(directory, tree));
}

function resolverBind(source: string, target: string): PlannedMount {
  const mount = bindMount(source, target, { recursive: false, readOnly: true, noExec: true });
  return { mount, origin: { kind: "resolver" } };
}
