import { describe, expect, test } from "bun:test";
import { capabilityName } from "../../../src/host/capabilities.ts";
import { planCapabilities, unknownCapabilities } from "../../../src/plan/capabilities.ts";

const all = 2n ** 41n - 1n;

test("a process has none unless it lists some", () => {
  expect(planCapabilities([], false, all)).toEqual([]);
  const names = ["SYS_TIME", "NET_BIND_SERVICE", "NET_RAW", "SYS_TIME"];
  expect(planCapabilities(names, false, all)).toEqual([10, 13, 25]);
});

test("names and numbers agree with the kernel's at both ends", () => {
  expect(planCapabilities(["CHOWN", "CHECKPOINT_RESTORE"], false, all)).toEqual([0, 40]);
  expect([0, 21, 40].map(capabilityName)).toEqual([
    "CAP_CHOWN",
    "CAP_SYS_ADMIN",
    "CAP_CHECKPOINT_RESTORE",
  ]);
});

describe("a privileged process", () => {
  test("has all but those split off SYS_ADMIN", () => {
    const numbers = Array.from({ length: 38 }, (_, number) => number);
    expect(planCapabilities([], true, all)).toEqual(numbers);
  });

  test("may list those as well", () => {
    expect(planCapabilities(["BPF", "NET_ADMIN"], true, all).at(-1)).toBe(39);
  });

  test("goes without what the host has not got", () => {
    const withoutResource = all & ~(1n << 24n);
    expect(planCapabilities([], true, withoutResource)).not.toContain(24);
    expect(planCapabilities([], true, 0n)).toEqual([]);
  });
});

describe("a name that no capability has counts for nothing, and is told of", () => {
  const unlisted = "capabilities(7) lists them; they are written without CAP_";
  test.each([
    ["", unlisted],
    ["ALL", unlisted],
    ["CAP_FOO", unlisted],
    ["NET_RAW ", "did you mean NET_RAW?"],
    ["CAP_NET_ADMIN", "did you mean NET_ADMIN?"],
    ["net_raw", "did you mean NET_RAW?"],
    ["NET_BIND_SERVCE", "did you mean NET_BIND_SERVICE?"],
  ])("%j", (name, advice) => {
    expect(planCapabilities([name, "SYS_TIME"], false, all)).toEqual([25]);
    expect(unknownCapabilities([name, "SYS_TIME"])).toEqual([
      `capability ${JSON.stringify(name)} does not exist, and is left out; ${advice}`,
    ]);
  });
});

describe("an error names the capability", () => {
  test("that the host has not got, even for a privileged process", () => {
    expect(() => planCapabilities(["PERFMON"], true, 2n ** 38n - 1n)).toThrow(
      "capability PERFMON is not available on this host",
    );
  });
});
