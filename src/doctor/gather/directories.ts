/** Looks at the directories of BOSH, by the way that bpm would go. */
import { lstatSync, readlinkSync, type Stats, statfsSync } from "node:fs";
import { join } from "node:path";
import type { BoshRoot } from "../../bosh/paths.ts";
import type { DirectoryFacts } from "../facts.ts";
import { isExposed, refusal } from "./access.ts";

/** What bpm reads and writes below the BOSH root, apart from what belongs to one job. */
const directoryNames = [
  "",
  "jobs",
  "packages",
  "data",
  "data/packages",
  "data/bpm/locks",
  "store",
  "sys/log",
  "sys/run",
  "sys/run/bpm",
  "sys/run/bpm-state",
];

export function gatherDirectories({ root }: BoshRoot): DirectoryFacts[] {
  return directoryNames.map((name) => lookAt(name, name === "" ? root : `${root}/${name}`));
}

function lookAt(name: string, path: string): DirectoryFacts {
  const way = walk(path);
  if ("link" in way) return { name, path, found: undefined, refusedLink: way.link };
  const end = way.steps.at(-1);
  if (way.isBroken || end === undefined) {
    return { name, path, found: undefined, refusedLink: undefined };
  }
  const { uid, gid, mode } = end.status;
  const exposed = way.steps.filter(({ status }) => isExposed(status)).map((step) => step.path);
  const found = {
    isDirectory: end.status.isDirectory(),
    uid,
    gid,
    mode: mode & 0o7777,
    exposed,
    refused: refusal(end.path) ?? (isFull(end.path) ? "ENOSPC" : null),
  };
  return { name, path, found, refusedLink: undefined };
}

interface Step {
  readonly path: string;
  readonly status: Stats;
}

type Way = { readonly steps: readonly Step[]; readonly isBroken: boolean } | { link: string };

/** As many as the kernel follows, path_resolution(7). */
const linksMax = 40;

/** The files on the way to `path`, links followed where they are root's: zig/src/host/chase.zig. */
function walk(path: string): Way {
  const steps: Step[] = [];
  const names = path.split("/").filter(Boolean);
  let links = 0;
  let current = "/";
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const next = join(current, name);
    const status = lstatSync(next, { throwIfNoEntry: false });
    if (status === undefined) return { steps, isBroken: true };
    if (!status.isSymbolicLink()) {
      current = next;
      // Back up on the way of a link is a step that was taken before.
      if (name !== "..") steps.push({ path: next, status });
      if (names.length > 0 && !status.isDirectory()) return { steps, isBroken: true };
      continue;
    }
    links += 1;
    if (status.uid !== 0 || links > linksMax) return { link: next };
    const target = readlinkSync(next);
    if (target.startsWith("/")) current = "/";
    names.unshift(...target.split("/").filter((part) => part !== "" && part !== "."));
  }
  return { steps, isBroken: false };
}

/** Whether there is no room for another file, or for anything in it: statfs(2). */
function isFull(path: string): boolean {
  const { bavail, files, ffree } = statfsSync(path);
  return bavail === 0 || (files > 0 && ffree === 0);
}
