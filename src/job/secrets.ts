/** Keeps the values that an operator gave out of messages: they may be passwords. */
import { type Hash, isHash, type Value } from "./value.ts";

/** Shorter texts are words that a message may have of its own accord. */
const shortest = 4;

/** A text with every given value replaced by the name under which it was given. */
export function withoutValues(text: string, given: readonly Hash[]): string {
  const named = given.flatMap((hash) => namedTexts(hash, ""));
  const longestFirst = named.sort((one, other) => other.text.length - one.text.length);
  return longestFirst.reduce(
    (result, one) => result.replaceAll(one.text, () => `[value of ${one.name}]`),
    text,
  );
}

interface NamedText {
  readonly name: string;
  readonly text: string;
}

function namedTexts(value: Value, name: string): NamedText[] {
  if (typeof value === "string") return value.length < shortest ? [] : [{ name, text: value }];
  const below = (key: string) => (name === "" ? key : `${name}.${key}`);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => namedTexts(item, below(String(index))));
  }
  if (!isHash(value)) return [];
  return [...value].flatMap(([key, item]) => namedTexts(item, below(String(key))));
}
