import { wordDistance } from "./word-distance.ts";

/** The word among `words` that a mistyped one most likely stands for, or undefined. */
export function nearest(mistyped: string, words: readonly string[]): string | undefined {
  const wanted = mistyped.toLowerCase();
  const ranked = words
    .map((word) => ({ word, distance: wordDistance(wanted, word.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  const best = ranked[0];
  if (best && best.distance <= Math.max(1, Math.floor(wanted.length / 3))) return best.word;
  return words.find((word) => wanted.length > 3 && word.toLowerCase().includes(wanted));
}
