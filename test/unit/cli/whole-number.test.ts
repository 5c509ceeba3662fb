import { expect, test } from "bun:test";
import { wholeNumber } from "../../../src/cli/arguments.ts";

test.each([
  ["5", 5],
  ["+5", 5],
  ["0", 0],
  ["0x1F", 31],
  ["0o17", 15],
  ["017", 15],
  ["0b11", 3],
  ["", undefined],
  ["-1", undefined],
  ["08", undefined],
  ["1.5", undefined],
  ["0x", undefined],
  ["5 ", undefined],
  ["99999999999999999999", undefined],
] as const)("the number %j", (text, value) => {
  expect(wholeNumber(text)).toBe(value);
});
