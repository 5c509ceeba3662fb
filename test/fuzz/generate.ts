/** Inputs: made of the words that a reader knows, and then spoilt. */

import type { Dice } from "../unit/config/dice.ts";

type Words = readonly [string, ...string[]];

/** What readers stumble over. */
const odd: Words = [
  "",
  " ",
  "\n",
  "\t",
  "\r\n",
  "\0",
  "\x1b[2J",
  "\u202e",
  "\ufeff",
  "\ud800",
  "é",
  "😀",
  ".",
  "..",
  "/",
  "//",
  "../",
  "-",
  "--",
  "=",
  ":",
  ",",
  '"',
  "'",
  "\\",
  "#",
  "&a",
  "*a",
  "<<",
  "!!str",
  "|",
  ">",
  "%",
  "@",
  "`",
  "{",
  "}",
  "[",
  "]",
  "~",
  "null",
  "yes",
  "0x1F",
  "0o17",
  "1_000",
  "1e3",
  ".5",
  "NaN",
  "-1",
  "9007199254740993",
  "18446744073709551616",
  "__proto__",
  "constructor",
  "toString",
];

/** Text of some of the words and of odd ones. */
export function wordSalad(dice: Dice, words: Words, lengthMax: number): string {
  const length = dice.roll(lengthMax + 1);
  return Array.from({ length }, () => dice.pick(dice.roll(4) === 0 ? odd : words)).join("");
}

/** The text with some places of it changed, left out, repeated or moved. */
export function spoil(dice: Dice, text: string, words: Words): string {
  let spoilt = text;
  for (let left = dice.roll(6); left > 0; left -= 1) {
    const at = dice.roll(spoilt.length + 1);
    const end = Math.min(spoilt.length, at + dice.roll(12));
    const piece = spoilt.slice(at, end);
    const put = [
      () => "",
      () => piece + piece,
      () => dice.pick(odd),
      () => dice.pick(words),
      () => String.fromCharCode(dice.roll(256)) + piece,
      () => piece.repeat(dice.roll(40)),
    ][dice.roll(6)];
    spoilt = spoilt.slice(0, at) + (put?.() ?? "") + spoilt.slice(end);
  }
  return spoilt;
}

/** A document like `sample`, with some of its values changed for others of any type. */
export function mutateJson(dice: Dice, sample: unknown): unknown {
  if (dice.roll(12) === 0) return anything(dice);
  if (Array.isArray(sample)) {
    const list = sample.map((item) => mutateJson(dice, item));
    return dice.roll(10) === 0 ? [...list, ...list] : list;
  }
  if (typeof sample !== "object" || sample === null) return sample;
  const entries = Object.entries(sample)
    .filter(() => dice.roll(20) !== 0)
    .map(([key, value]): [string, unknown] => [key, mutateJson(dice, value)]);
  if (dice.roll(15) === 0) entries.push([dice.pick(odd), anything(dice)]);
  return Object.fromEntries(entries);
}

function anything(dice: Dice): unknown {
  const kinds = [
    () => null,
    () => true,
    () => dice.roll(2 ** 31),
    () => -dice.roll(2 ** 31),
    () => dice.roll(1000) / 7,
    () => 2 ** 53,
    () => dice.pick(odd),
    () => dice.pick(odd).repeat(dice.roll(3000)),
    () => [],
    () => ({}),
    () => [dice.pick(odd), dice.roll(9)],
  ];
  return kinds[dice.roll(kinds.length)]?.();
}
