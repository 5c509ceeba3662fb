import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type OciSpec, ociText, toOci } from "../../../src/plan/oci.ts";
import { ociSeccomp } from "../../../src/plan/oci-seccomp.ts";
import { config, facts, hierarchyV2, plan } from "./fixtures.ts";

const repository = join(import.meta.dir, "../../..");
const policyFile = join(repository, "zig/src/sandbox/seccomp/policy.txt");
const policy = readFileSync(policyFile, "utf8");

function spec(different: Parameters<typeof plan>[0] = {}): OciSpec {
  return toOci(plan(different), different.config?.limits ?? {}, policy);
}

test("limits become resources, and 64-bit numbers keep every digit", () => {
  const limits = { memoryBytes: 2n ** 60n + 1n, processes: 50n, coreFileSize: 2n ** 64n - 1n };
  const cgroups = [hierarchyV2(["memory", "pids"], ["memory", "pids"])];
  const text = ociText(spec({ config: config({ limits }), facts: facts({ cgroups }) }));
  expect(text).toContain('"limit": 1152921504606846977,');
  expect(text).toContain('"soft": 18446744073709551615');
  expect(JSON.parse(text)).toMatchObject({ linux: { resources: { pids: { limit: 50 } } } });
});

test("device volumes may be used, and a privileged process may use any", () => {
  const disk = { kind: "block", major: 8, minor: 0, target: "/dev/sda", writable: false } as const;
  const devices = toOci(plan(), {}, policy, [disk]);
  expect(devices.linux.resources.devices).toEqual([
    { allow: true, type: "b", major: 8, minor: 0, access: "r" },
  ]);
  expect(spec({ config: config({ privileged: true }) }).linux.resources.devices).toEqual([
    { allow: true, access: "rwm" },
  ]);
});

test("only a confined process has a seccomp filter", () => {
  expect(spec().linux.seccomp?.defaultAction).toBe("SCMP_ACT_ERRNO");
  expect(spec({ config: config({ privileged: true }) }).linux.seccomp).toBeUndefined();
});

test("the seccomp policy's rules become libseccomp's", () => {
  const rules =
    "# text\n\nread\nclone3 enosys\nclone without A=0x2 B=0x80000000\n" +
    "personality only LINUX=0 ASK=0xffffffff\nsocket not ALG=38 VSOCK=40\n";
  const { syscalls } = ociSeccomp(rules);
  expect(
    syscalls.map(({ names, action, args = [] }) => [
      names,
      action,
      ...args.map(({ index, op, value }) => `${index} ${op} ${value}`),
    ]),
  ).toEqual([
    [["read"], "SCMP_ACT_ALLOW"],
    [["clone3"], "SCMP_ACT_ERRNO"],
    [["clone"], "SCMP_ACT_ALLOW", "0 SCMP_CMP_MASKED_EQ 2147483650"],
    [["personality"], "SCMP_ACT_ALLOW", "0 SCMP_CMP_EQ 0"],
    [["personality"], "SCMP_ACT_ALLOW", "0 SCMP_CMP_EQ 4294967295"],
    [["socket"], "SCMP_ACT_ALLOW", "0 SCMP_CMP_LT 38"],
    [["socket"], "SCMP_ACT_ALLOW", "0 SCMP_CMP_EQ 39"],
    [["socket"], "SCMP_ACT_ALLOW", "0 SCMP_CMP_GT 40"],
  ]);
  expect(() => ociSeccomp("read sometimes\n")).toThrow("unknown rule for read");
});
