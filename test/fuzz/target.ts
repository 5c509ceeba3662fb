/** Something of bpm's that reads what others write. */

import type { Dice } from "../unit/config/dice.ts";

export interface Target {
  readonly name: string;
  /** An input, the same for the same dice. */
  generate(dice: Dice): string;
  /** Throws when bpm treats the input in a way that it must not. */
  check(input: string): void | Promise<void>;
}

/** What is expected to be thrown; everything else is a finding. */
export function allow<T>(
  expected: abstract new (...args: never[]) => Error,
  act: () => T,
): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof expected) return undefined;
    throw error;
  }
}

export function require(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}
