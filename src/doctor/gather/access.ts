/** What bpm, and what others, may do with a file. */
import { accessSync, constants, type Stats } from "node:fs";
import { isSystemError } from "../../report/errors.ts";

/** Why root may not write to `path`: an errno's name, or null. */
export function refusal(path: string): string | null {
  try {
    accessSync(path, constants.W_OK);
    return null;
  } catch (error) {
    if (isSystemError(error)) return error.code;
    throw error;
  }
}

/**
 * Whether others than root may change it. In a directory with the sticky bit they cannot replace
 * what is root's, see inode(7).
 */
export function isExposed({ uid, gid, mode }: Stats): boolean {
  if (uid !== 0) return true;
  if ((mode & 0o1000) !== 0) return false;
  return (mode & 0o002) !== 0 || (gid !== 0 && (mode & 0o020) !== 0);
}
