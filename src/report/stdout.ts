/**
 * Standard output, with every failure noticed: a full disk or a closed pipe must never look like
 * success.
 *
 * Why not something plainer: node:fs costs 4 ms at start and process.stdout 17, console.log hides
 * errors. Bun.write is cheap and reports them, but when a non-blocking pipe takes a part of a long
 * text, it writes that part again; up to PIPE_BUF bytes a pipe takes all or nothing (pipe(7)).
 */
import { BpmError, isSystemError, messageOf } from "./errors.ts";

const pipeBuf = 4096;

/** Returns when the kernel has taken every byte; throws what kept it from that. */
export async function print(output: string | Uint8Array): Promise<void> {
  const bytes = typeof output === "string" ? new TextEncoder().encode(output) : output;
  try {
    for (let at = 0; at < bytes.length; at += pipeBuf) {
      await Bun.write(Bun.stdout, bytes.subarray(at, at + pipeBuf));
    }
  } catch (error) {
    throw isSystemError(error) && error.code === "EPIPE" ? readerIsGone() : failed(error);
  }
}

/** The reader closed the pipe: end as SIGPIPE, which Bun ignores, would have ended us. */
export function readerIsGone(): BpmError {
  return new BpmError("broken-pipe", "standard output was closed by its reader", { exitCode: 141 });
}

function failed(error: unknown): BpmError {
  return new BpmError("output", `failed to write to standard output: ${messageOf(error)}`, {
    cause: error,
  });
}
