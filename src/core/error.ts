/** A failure that libbpm.so reports, as one sentence with what to do about it. */
import { errnoName } from "../report/errno.ts";
import { errnoSentence } from "../report/errno-sentence.ts";
import { BpmError } from "../report/errors.ts";

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

/** What opening something else than a regular file ends with. */
const irregular = ["EINVAL", "EISDIR", "EMLINK", "ENXIO"];

/** What an operator can do, for the failures that have a usual reason. */
function hintFor(step: string, subject: string, errno: string): string | undefined {
  if (isRefusedLink(step, errno)) {
    return "Remove the link, or let root own it: bpm works as root and follows no other.";
  }
  if (step.startsWith("open file") && irregular.includes(errno)) {
    return "It has to be a regular file of its own; move away what is there.";
  }
  if (isJobExec(step) && errno === "ENOENT") {
    return "Is it there inside the sandbox? Only the declared parts of the file system are.";
  }
  if (isJobExec(step) && errno === "EACCES") {
    return "It must be executable by vcap, on a volume with allow_executions.";
  }
  if (step === "chown" && errno === "EPERM") {
    return `The file system does not let root change owners; set mount_only: true for ${subject}.`;
  }
  if (step === "open bind source" && errno === "ENOENT") {
    return "A volume with mount_only must exist before the process starts.";
  }
  if (step === "start init") {
    return "Is limits.memory too low? The init needs some memory before the job starts.";
  }
  return undefined;
}

/** Whether the init could not execute the job's executable: zig/src/init/execute.zig. */
export function isJobExec(step: string): boolean {
  return step === "exec" || step === "exec interpreter of";
}
