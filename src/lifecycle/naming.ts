/** Failures on files that are reached through the descriptor of the directory that holds them. */
import { readlinkSync } from "node:fs";
import { errnoSentence } from "../report/errno-sentence.ts";
import { BpmError, isSystemError } from "../report/errors.ts";

/**
 * Does to the file what `action` says. A failure names it as an operator knows it: nobody could
 * tell what /proc/self/fd/29 was, and a failed write(2) has no path at all.
 */
export function naming<Result>(action: string, path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const message = `${action} ${withoutDescriptor(path)}: ${errnoSentence(error.code)}`;
    throw new BpmError("system", message, { cause: error });
  }
}

function withoutDescriptor(path: string): string {
  return path.replace(/^\/proc\/self\/fd\/\d+/, (descriptor) => readlinkSync(descriptor));
}
