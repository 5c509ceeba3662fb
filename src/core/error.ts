/** A failure that libbpm.so reports, as one sentence with what to do about it. */
import { errnoName } from "../report/errno.ts";
import { errnoSentence } from "../report/errno-sentence.ts";
import { BpmError } from "../report/errors.ts";
import type { ActionFailure } from "./actions.ts";
import { hintFor } from "./hints.ts";
import { type Action, isExec } from "./steps.ts";

export class CoreError extends BpmError {
  override readonly name = "CoreError";
  /** What was being done. */
  readonly action: Action;
  /** The path or name that it was done to; may be empty. */
  readonly subject: string;
  /** For example ENOENT. */
  readonly errno: string;

  constructor(action: Action, subject: string, errno: number) {
    const name = errnoName(errno);
    const whole = subject === "" ? action : `${action} ${subject}`;
    const hint = hintFor(action, subject, name);
    super("core", `${whole}: ${sentence(action, name)}`, hint === undefined ? {} : { hint });
    this.action = action;
    this.subject = subject;
    this.errno = name;
  }
}

/** One of a list of actions has failed. */
export class ActionError extends CoreError {
  /** Its index. */
  readonly at: number;
  /** What failed when the others were undone. */
  readonly undoing: CoreError | undefined;

  constructor(failure: ActionFailure, undoing: ActionFailure | null) {
    super(failure.step, failure.subject, failure.errno);
    this.at = failure.at;
    this.undoing =
      undoing === null ? undefined : new CoreError(undoing.step, undoing.subject, undoing.errno);
  }
}

/** The core walks paths itself, and ELOOP is its answer to a link; an exec leaves that to Linux. */
function sentence(action: Action, errno: string): string {
  const isRefusedLink = errno === "ELOOP" && !isExec(action);
  return isRefusedLink ? "a symbolic link that is not root's (ELOOP)" : errnoSentence(errno);
}
