import { describe, expect, test } from "bun:test";

import { capabilityName } from "../../../src/host/capabilities.ts";
import { planCapabilities } from "../../../src/plan/capabilities.ts";

const ALL = 2n ** 41n - 1n;

test("a process has none unless it lists some", () => {
  expect(planCapabilities([], false, ALL)).toEqual([]);
  const names = ["SYS_TIME", "NET_BIND_SERVICE", "NET_RAW", "SYS_TIME"];
  expect(planCapabilities(names, false, ALL)).toEqual([10, 13, 25]);
});

test("names and numbers agree with the kernel's at both ends", () => {
  expect(planCapabilities(["CHOWN", "CHECKPOINT_RESTORE"], false, ALL)).toEqual([0, 40]);
  expect([0, 21, 40].map(capabilityName)).toEqual([
    "CAP_CHOWN",
    "CAP_SYS_ADMIN",
    "CAP_CHECKPOINT_RESTORE",
  ]);
});

describe("a privileged process", () => {
  test("has all but those split off SYS_ADMIN", () => {
    const numbers = Array.from({ length: 38 }, (_, number) => number);
    expect(planCapabilities([], true, ALL)).toEqual(numbers);
  });

  test("may list those as well", () => {
    expect(planCapabilities(["BPF", "NET_ADMIN"], true, ALL).at(-1)).toBe(39);
  });

  test("goes without what the host has not got", () => {
    const withoutResource = ALL & ~(1n << 24n);
    expect(planCapabilities([], true, withoutResource)).not.toContain(24);
    expect(planCapabilities([], true, 0n)).toEqual([]);
  });
});

describe("an error names the capability", () => {
  test.each([["NOSUCH"], ["ALL"], [""], ["NET_RAW "]])("%j, which does not exist", (name) => {
    expect(() => planCapabilities([name], false, ALL)).toThrow(
      `capability ${JSON.stringify(name)} does not exist`,
    );
  });

  test.each([["CAP_NET_ADMIN", "NET_ADMIN"], ["net_raw", "NET_RAW"]])(
    "%s, and how it is written",
    (name, written) => {
      expect(() => planCapabilities([name], false, ALL)).toThrow(
        expect.objectContaining({ code: "unknown-capability", hint: `Write it as ${written}.` }),
      );
    },
  );

  test("that the host has not got, even for a privileged process", () => {
    expect(() => planCapabilities(["PERFMON"], true, 2n ** 38n - 1n)).toThrow(
      "capability PERFMON is not available on this host",
    );
  });
});
