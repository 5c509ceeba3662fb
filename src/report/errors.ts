/**
 * The one error type of bpm. Whoever notices a failure says in one sentence what was being done, to
 * which path, and the errno's name; only main prints it. Tests match `code`, never prose.
 */
import { errnoSentence } from "./errno-sentence.ts";

export interface BpmErrorOptions {
  /** What the operator can do about it: a sentence of its own, printed on a second line. */
  readonly hint?: string;
  readonly exitCode?: number;
  readonly cause?: unknown;
}

export class BpmError extends Error {
  override readonly name: string = "BpmError";
  /** Kebab-case name of the failure. */
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor(code: string, message: string, options: BpmErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The command line itself is wrong: the only failure that is told together with the usage. */
export class UsageError extends BpmError {
  override readonly name: string = "UsageError";

  constructor(message: string) {
    super("usage", message);
  }
}

interface SystemError extends Error {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
}

/** Whether a failed system call threw this (as node:fs and Bun's own file functions do). */
export function isSystemError(thrown: unknown): thrown is SystemError {
  return (
    thrown instanceof Error &&
    "code" in thrown &&
    typeof thrown.code === "string" &&
    /^E[A-Z0-9]+$/.test(thrown.code)
  );
}

/** `open /var/vcap/jobs/web/config/bpm.yml: no such file or directory (ENOENT)`. */
function systemErrorText(error: SystemError): string {
  const action = [error.syscall, error.path].filter((part) => part !== undefined).join(" ");
  const sentence = errnoSentence(error.code);
  return action === "" ? sentence : `${action}: ${sentence}`;
}

/** What any thrown value says, for a message that wraps it. */
export function messageOf(thrown: unknown): string {
  if (isSystemError(thrown)) return systemErrorText(thrown);
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Turns whatever was thrown into the one error type, so that main's catch is total. */
export function toBpmError(thrown: unknown): BpmError {
  if (thrown instanceof BpmError) return thrown;
  if (isSystemError(thrown)) {
    return new BpmError("system", systemErrorText(thrown), { cause: thrown });
  }
  return new BpmError("internal", `internal error: ${messageOf(thrown)}`, {
    cause: thrown,
    hint: "This is a mistake in bpm itself; please report the command and this line.",
  });
}
