/** What has to be mounted for names to be resolved inside as they are outside. */
import { type BoshRoot, isWithin } from "../bosh/paths.ts";
import { dirname } from "../bosh/posix.ts";
import { resolverDirectories } from "../host/directories.ts";
import type { HostFacts } from "../host/facts.ts";
import { bindMount, type PlannedMount } from "./planned-mount.ts";

const hosts = "/etc/hosts";
const sharedDirectories: readonly string[] = [
  "/run/credentials",
  "/run/lock",
  "/run/secrets",
  "/run/systemd",
  "/run/user",
  "/var/cache",
  "/var/lib",
  "/var/lock",
  "/var/log",
  "/var/run",
  "/var/spool",
];
const privateTrees: readonly string[] = [
  "/boot",
  "/dev",
  "/home",
  "/proc",
  "/root",
  "/sys",
  "/tmp",
  "/var/tmp",
  "/var/vcap",
];

/** What has to be mounted beside the system's directories for the chain to be visible inside. */
export function resolverMounts(
  facts: Pick<HostFacts, "directories" | "resolver" | "mounts">,
  root: BoshRoot,
): PlannedMount[] {
  const planned = resolverDirectories
    .filter((directory) => facts.directories.includes(directory))
    .map((directory) => resolverBind(directory, directory));
  const mountPoints = new Set(facts.mounts.map((mount) => mount.mountPoint));
  for (const step of facts.resolver) {
    const directory = dirname(step.host);
    const shown = [...facts.directories, ...planned.map(({ mount }) => mount.target)];
    if (mountPoints.has(step.host)) {
      planned.push(resolverBind(step.host, step.inside));
    } else if (shown.some((top) => shows(top, step.inside, directory, mountPoints))) {
      continue;
    } else if (mayBind(directory, root)) {
      planned.push(resolverBind(directory, dirname(step.inside)));
    } else if (step.exists) {
      planned.push(resolverBind(step.host, step.inside));
    }
  }
  // Container managers mount this single file, and binding /etc shows what is beneath it.
  if (mountPoints.has(hosts)) planned.push(resolverBind(hosts, hosts));
  return planned;
}

/** Whether a bind of `top` shows the directory: mounts below it are not bound with it. */
function shows(top: string, inside: string, directory: string, mountPoints: ReadonlySet<string>) {
  if (!isWithin(inside, top)) return false;
  for (let above = directory; above !== top && isWithin(above, top); above = dirname(above)) {
    if (mountPoints.has(above)) return false;
  }
  return true;
}

/**
 * Whether a directory holds little but what a resolver writes. What many services share would
 * show the job files and sockets of others; there only the file itself is bound.
 */
function mayBind(directory: string, root: BoshRoot): boolean {
  const own = directory.split("/").length > 2 && !sharedDirectories.includes(directory);
  return own && ![...privateTrees, root.root].some((tree) => isWithin(directory, tree));
}

function resolverBind(source: string, target: string): PlannedMount {
  const mount = bindMount(source, target, { recursive: false, readOnly: true, noExec: true });
  return { mount, origin: { kind: "resolver" } };
}
