/** Where the last lines of a file begin, found from its end: a log may be many gigabytes long. */

const block = 64 * 1024;
const newline = 0x0a;

/** Reads bytes from a position; fewer than asked for at the end. */
export type ReadAt = (position: number, length: number) => Uint8Array;

/** The offset of the first of the last `lines` lines; the last one may lack its newline. */
export function startOfLastLines(readAt: ReadAt, size: number, lines: number): number {
  if (lines === 0) return size;
  let left = lines;
  for (let end = size; end > 0; end -= block) {
    const start = Math.max(0, end - block);
    const bytes = readAt(start, end - start);
    for (let index = bytes.length - 1; index >= 0; index -= 1) {
      // The newline at the very end belongs to the last line, it does not begin another.
      if (bytes[index] !== newline || start + index === size - 1) continue;
      left -= 1;
      if (left === 0) return start + index + 1;
    }
  }
  return 0;
}
