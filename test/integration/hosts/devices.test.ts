/** Which devices the cgroup lets be used: asked by a process that is moved into it from outside. */

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { BoshRoot } from "../../support/bosh-root.ts";
import { cgroupsOf } from "../../support/cgroups.ts";
import { mustRun, run } from "../../support/command.ts";
import { shell } from "../../support/inside.ts";
import { isSandboxed } from "../../support/product.ts";

const readOneByte = (path: string) => ["head", "--bytes=1", path];

/** The disk of this machine, where it may be read at all. */
const disk =
  ["/dev/nvme0n1", "/dev/vda", "/dev/sda"].find((path) => {
    return Bun.spawnSync(readOneByte(path)).success;
  }) ?? "";

/** Does what a shell script says, with all rights, in the cgroup of a job's process. */
async function inCgroupOf(pid: number, text: string): Promise<string> {
  const cgroups = cgroupsOf(pid);
  const leaf = cgroups.get("devices") ?? cgroups.get("") ?? "";
  const enter = `echo 0 >${join(leaf, "cgroup.procs")} && ${text}`;
  const { stdout, stderr } = await run(["bash", "-c", enter]);
  return stdout + stderr;
}

const open = (path: string, how: "<" | ">>") => `exec 3${how}${path} && echo opened`;

describe.skipIf(!isSandboxed || disk === "")("In the cgroup of a process", () => {
  test("a device of every container can be used, and a disk cannot", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"] });
    const pid = await root.start("web");
    expect(await inCgroupOf(pid, open("/dev/null", ">>"))).toBe("opened\n");
    for (const how of ["<", ">>"] as const) {
      expect(await inCgroupOf(pid, open(disk, how))).toContain("Operation not permitted");
    }
  });

  test("a disk that was made anew cannot be used either", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"] });
    const numbers = (await mustRun(["stat", "--format=0x%t 0x%T", disk])).stdout.trim();
    const node = root.at("disk");
    const make = `mknod ${node} b ${numbers} && ${open(node, "<")}`;
    expect(await inCgroupOf(await root.start("web"), make)).toContain("Operation not permitted");
    expect(await inCgroupOf(process.pid, open(node, "<"))).toBe("opened\n");
  });

  test("a disk that is a volume can be used as far as the volume permits", async () => {
    await using root = new BoshRoot();
    const unsafe = { unrestricted_volumes: [{ path: disk }] };
    root.job("web", { args: ["sleep"], unsafe });
    const pid = await root.start("web");
    expect(await inCgroupOf(pid, open(disk, "<"))).toBe("opened\n");
    expect(await inCgroupOf(pid, open(disk, ">>"))).toContain("Operation not permitted");
    const capabilities = ["DAC_OVERRIDE"];
    const read = `head -c 1 ${disk} | wc -c`;
    expect(await shell(root, read, { unsafe, capabilities })).toBe("1\n");
  });

  test("of a privileged one everything can be used", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], unsafe: { privileged: true } });
    expect(await inCgroupOf(await root.start("web"), open(disk, "<"))).toBe("opened\n");
  });
});
