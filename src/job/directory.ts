/** Which jobs a directory holds. */
import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { BpmError } from "../report/errors.ts";
import { quote } from "../report/escape.ts";

export interface JobDirectory {
  /** As it was given, for messages. */
  readonly path: string;
  /** The last part of the path: what `bosh create-release` wants the job to be called. */
  readonly name: string;
}

/** The job that a directory is, or all jobs of the release that it is. */
function jobDirectories(path: string): JobDirectory[] {
  if (existsSync(join(path, "spec"))) return [{ path, name: basename(resolve(path)) }];
  const jobs = join(path, "jobs");
  const names = existsSync(jobs) ? readdirSync(jobs).sort() : [];
  const found = names.filter((name) => existsSync(join(jobs, name, "spec")));
  if (found.length > 0) return found.map((name) => ({ path: join(jobs, name), name }));
  throw new BpmError("no-job", `${path} is neither a job nor a release`, {
    hint: `A job's directory holds a file "spec", a release's a directory "jobs".`,
  });
}

/** The jobs of several directories; with `names`, only those, and each of them must be there. */
export function chooseJobs(paths: readonly string[], names: readonly string[]): JobDirectory[] {
  const all = paths.flatMap(jobDirectories);
  if (names.length === 0) return all;
  for (const name of names) {
    if (all.some((job) => job.name === name)) continue;
    const there = all.map((job) => job.name).join(", ");
    throw new BpmError("no-job", `there is no job ${quote(name)} (there are: ${there})`);
  }
  return all.filter((job) => names.includes(job.name));
}
