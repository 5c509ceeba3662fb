/** A bound on how deep lists and mappings may be within each other. */

/** Nothing real comes near it, and parsers run out of stack, or of everyone's patience. */
const depthMax = 500;

/**
 * Where a text opens more brackets than that, or begins more lists on one line; -1 when nowhere.
 * Brackets in quotes count too: no sensible text has so many without their counterparts.
 */
export function tooDeepAt(text: string): number {
  let depth = 0;
  for (const { 0: mark, index } of text.matchAll(/[[\]{}]|(?:- +){500}/g)) {
    depth += mark === "]" || mark === "}" ? -1 : mark.length;
    if (depth > depthMax) return index;
  }
  return -1;
}
