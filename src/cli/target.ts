/** Which process a command is about. */
import { boshRoot } from "../bosh/paths.ts";
import type { Target } from "../lifecycle/session.ts";
import { UsageError } from "../report/errors.ts";

/** The process that `processArgs` name; it is called like its job unless `-p` says otherwise. */
export function targetOf(args: { job: string | undefined; process: string | undefined }): Target {
  if (!args.job) throw new UsageError("must specify a job");
  return { root: boshRoot(process.env), job: args.job, process: args.process || args.job };
}
