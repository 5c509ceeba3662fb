/** Reading the small files in which the kernel says what it is. */
import { readIfThere } from "../core/files.ts";

export { readText as read } from "../core/files.ts";

/** "" for a file that this kernel has not got. */
export function readIfPresent(path: string): string {
  return readIfThere(path) ?? "";
}
