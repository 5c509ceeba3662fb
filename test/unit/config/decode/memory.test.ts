import { describe, expect, test } from "bun:test";
import { memoryPattern, parseMemory } from "../../../../src/config/decode/memory.ts";

describe("a quantity of memory", () => {
  test.each<[string, bigint]>([
    ["100B", 100n],
    ["1K", 1024n],
    ["1kb", 1024n],
    ["1KiB", 1024n],
    ["512M", 536870912n],
    ["512mb", 536870912n],
    ["512MiB", 536870912n],
    ["1G", 1073741824n],
    ["1gib", 1073741824n],
    ["2T", 2199023255552n],
    ["2TB", 2199023255552n],
    ["1P", 1125899906842624n],
    ["1E", 1152921504606846976n],
    ["1.5G", 1610612736n],
    ["1.G", 1073741824n],
    [".5G", 536870912n],
    ["0.1B", 0n],
    ["0M", 0n],
    ["+1G", 1073741824n],
    ["1_000M", 1048576000n],
    ["1_0.0_5K", 10291n],
    ["  1G ", 1073741824n],
    ["15E", 17293822569102704640n],
    ["16E", 9223372036854775808n],
    ["99999E", 9223372036854775808n],
  ])("%p is %p bytes", (text, bytes) => {
    expect(parseMemory(text)).toBe(bytes);
  });

  test.each([
    "",
    "0",
    "512",
    "G",
    "abc",
    "-1G",
    "1,5G",
    "1 G",
    "1e3M",
    "0x10M",
    "NaNM",
    "InfG",
    "1.2.3M",
    "_1M",
    "1_M",
    "1__0M",
    "1._5M",
    "1_.5M",
    ".M",
    ".",
    "1BB",
    "1IB",
    "1Gi",
    "1X",
    "1GG",
    "1G!",
    "١G",
  ])("%p is none", (text) => {
    expect(parseMemory(text)).toBeUndefined();
  });

  test("is described by a pattern that JSON Schema can hold", () => {
    expect(memoryPattern.flags).toBe("");
  });
});
