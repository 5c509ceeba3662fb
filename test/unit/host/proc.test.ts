import { expect, test } from "bun:test";
import { findCapabilities, findHardLimit, isInitialUserNamespace } from "../../../src/host/proc.ts";

test("a child can be given what is both held and in the bounding set", () => {
  const status =
    "Name:\tbpm\nCapInh:\t0000000000000000\nCapPrm:\t00000000000000f0\n" +
    "CapEff:\t00000000000000f0\nCapBnd:\t000001ffffffff3f\n";
  expect(findCapabilities(status)).toBe(0x30n);
  expect(findCapabilities("Name:\tbpm\n")).toBe(0n);
});

test("hard limits are read from their column", () => {
  const limits =
    "Limit                     Soft Limit           Hard Limit           Units     \n" +
    "Max open files            1024                 20000                files     \n" +
    "Max file locks            unlimited            unlimited            locks     \n";
  expect(findHardLimit(limits, "Max open files")).toBe(20_000n);
  expect(findHardLimit(limits, "Max file locks")).toBe(2n ** 64n - 1n);
});

test("only a map of all ids onto themselves is the initial user namespace", () => {
  expect(isInitialUserNamespace("         0          0 4294967295\n")).toBe(true);
  expect(isInitialUserNamespace("         0     100000      65536\n")).toBe(false);
  expect(isInitialUserNamespace("0 0 1\n1 1 4294967294\n")).toBe(false);
});
