/** Names of jobs and processes: as they are told, and which are refused. */
import { BpmError } from "../report/errors.ts";

/** A process as `bpm list` calls it: one that is called like its job goes by that name alone. */
export function titleOf({ job, process }: { job: string; process: string }): string {
  return job === process ? job : `${job}.${process}`;
}

/**
 * They come from the command line and become parts of paths that root writes.
 * Throws for a name that would lead out of its directory or name none.
 */
export function checkName(kind: "job" | "process", name: string): void {
  const problem = nameProblem(name);
  if (problem === undefined) return;
  throw new BpmError("bad-name", `invalid ${kind} name ${JSON.stringify(name)}: ${problem}`);
}

/** Why no path may be made of this name, in words that follow it. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name === "." || name === "..") return "it names a directory, not a file in it";
  if (name.includes("/")) return "it contains a slash";
  if (name.includes("\0")) return "it contains a NUL character";
  return undefined;
}
