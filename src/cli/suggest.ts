/** "Did you mean this?" for a mistyped command. */

import { wordDistance } from "../report/word-distance.ts";

const near = 2;

/** The names that begin with what was typed, or are at most two typing mistakes away from it. */
export function suggestions(typed: string, names: readonly string[]): string[] {
  const lower = typed.toLowerCase();
  return names.filter((name) => name.startsWith(lower) || wordDistance(lower, name) <= near);
}
