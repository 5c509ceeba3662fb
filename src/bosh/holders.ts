/**
 * Whose the directories below the BOSH root are. A volume may show them, but what is somebody
 * else's is not taken over with it: it keeps its owner and mode.
 */
import { isWithin } from "./paths.ts";

export type Holder = "bpm" | "all jobs" | "BOSH" | "another job";

/** A stemcell's sys is a link to data/sys, so what is in it goes by two names. */
const sys = ["sys", "data/sys"];

/** What bpm itself goes by: pidfiles, states, locks. */
export const bpmTrees: readonly string[] = below([
  "data/bpm",
  ...sys.flatMap((name) => [`${name}/run/bpm`, `${name}/run/bpm-state`]),
]);

/** What BOSH has installed for all jobs: each directory and all that is in it. */
export const boshTrees: readonly string[] = below([
  "bosh",
  "data/jobs",
  "data/packages",
  "instance",
  "jobs",
  "monit",
  "packages",
]);

const shared = new Set(
  below([
    "data",
    "data/root_tmp",
    "data/sys",
    "data/tmp",
    "store",
    "sys",
    ...sys.flatMap((name) => [`${name}/log`, `${name}/run`, `${name}/tmp`]),
  ]).concat("/var/vcap", ...boshTrees),
);

/** Each job has a directory of its own in these. */
const homes = below(["data", "store", ...sys.flatMap((name) => [`${name}/log`, `${name}/run`])]);

function below(names: readonly string[]): string[] {
  return names.map((name) => `/var/vcap/${name}`);
}

/** Whose `path` (in the sandbox) is, where that is not `job`; `jobs` are those of the machine. */
export function holderOf(
  path: string,
  job: string | undefined,
  jobs: readonly string[],
): Holder | undefined {
  if (isBpms(path)) return "bpm";
  if (shared.has(path)) return "all jobs";
  if (boshTrees.some((tree) => isWithin(path, tree))) return "BOSH";
  const others = jobs.filter((name) => name !== job);
  return others.includes(homeOf(path) ?? "") ? "another job" : undefined;
}

/** Whether it is what bpm goes by, or a part of it. */
export function isBpms(path: string): boolean {
  return bpmTrees.some((tree) => isWithin(path, tree));
}

/** The job whose directory the path would be in, if there is such a job. */
export function homeOf(path: string): string | undefined {
  const home = homes.findLast((directory) => path.startsWith(`${directory}/`));
  return home === undefined ? undefined : path.slice(home.length + 1).split("/")[0];
}
