/** A failure that libbpm.so reports, as one sentence with what to do about it. */
import { errnoName } from "../report/errno.ts";
import { errnoSentence } from "../report/errno-sentence.ts";
import { BpmError } from "../report/errors.ts";
import { hintFor } from "./hints.ts";

export class CoreError extends BpmError {
  override readonly name = "CoreError";
  /** What was being done: the name of the step, as in zig/src. */
  readonly step: string;
  /** The path or name that it was done to; may be empty. */
  readonly subject: string;
  /** For example ENOENT. */
  readonly errno: string;

  constructor(step: string, subject: string, errno: number) {
    const name = errnoName(errno);
    const action = subject === "" ? step : `${step} ${subject}`;
    const hint = hintFor(step, subject, name);
    super("core", `${action}: ${sentence(step, name)}`, hint === undefined ? {} : { hint });
    this.step = step;
    this.subject = subject;
    this.errno = name;
  }
}

function sentence(step: string, errno: string): string {
  const refused = isRefusedLink(step, errno);
  return refused ? "a symbolic link that is not root's (ELOOP)" : errnoSentence(errno);
}

/** The core walks paths itself, and ELOOP is its answer to a link; an exec leaves that to Linux. */
function isRefusedLink(step: string, errno: string): boolean {
  return errno === "ELOOP" && !step.startsWith("exec");
}

/** Whether the init could not execute the job's executable: zig/src/exec/execute.zig. */
export function isJobExec(step: string): boolean {
  return step === "exec" || step === "exec interpreter of";
}
