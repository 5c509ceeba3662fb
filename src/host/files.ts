/** Reading the small files in which the kernel says what it is. */
import { readFileSync } from "node:fs";

import { isSystemError } from "../report/errors.ts";

export function read(path: string): string {
  return readFileSync(path, "utf8");
}

/** "" for a file that this kernel has not got. */
export function readIfPresent(path: string): string {
  try {
    return read(path);
  } catch (thrown) {
    if (isSystemError(thrown) && thrown.code === "ENOENT") return "";
    throw thrown;
  }
}
