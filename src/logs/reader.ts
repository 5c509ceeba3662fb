/** Notices that nobody reads an output any more, while there is nothing to write to it. */
import { constants, fstatSync, openSync } from "node:fs";
import type { FdSocketOptions, UnixSocketOptions } from "bun";

/**
 * Calls back when the pipe at `fd` has lost its reader; only pipes can. Without this,
 * `bpm logs -f job | grep -m 1 ready` would stay until the job writes its next line. Opened again,
 * because watching makes a descriptor non-blocking for everyone who shares it.
 */
export async function onReaderGone(fd: number, gone: () => void): Promise<void> {
  if (!fstatSync(fd).isFIFO()) return;
  const own = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  const options: FdSocketOptions = { fd: own, socket: { data: () => undefined, close: gone } };
  // Bun's types have these options, but forgot that connect takes them.
  await Bun.connect(options as unknown as UnixSocketOptions);
}
