import { expect, test } from "bun:test";
import { nearest } from "../../../src/report/nearest.ts";

const words = ["name", "executable", "args", "env", "limits", "additional_volumes", "capabilities"];

test.each([
  ["nmae", "name"],
  ["Name", "name"],
  ["execuatble", "executable"],
  ["arg", "args"],
  ["limit", "limits"],
  ["volumes", "additional_volumes"],
  ["capabilites", "capabilities"],
  ["ports", undefined],
  ["e", undefined],
  ["something_else", undefined],
])("%p stands for %p", (mistyped, word) => {
  expect(nearest(mistyped, words)).toBe(word);
});
