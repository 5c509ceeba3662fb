/**
 * Names of the kernel's error numbers. Apart from errno-sentence.ts because node:os costs half a
 * millisecond, which commands that make no system call through a number need not pay.
 */
import { constants } from "node:os";

/** `ENOENT` for 2 (or -2, as system calls return it); a number without a name stays a number. */
export function errnoName(errno: number): string {
  const number = Math.abs(errno);
  const entry = Object.entries(constants.errno).find(([, value]) => value === number);
  return entry === undefined ? `errno ${number}` : entry[0];
}
