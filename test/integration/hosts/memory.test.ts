/** The memory limit where there is swap, where it is absurd, and what it leaves of a job. */

import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, rmSync } from "node:fs";
import { BoshRoot, probe } from "../../support/bosh-root.ts";
import { isV2 } from "../../support/cgroups.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { mustRun } from "../../support/command.ts";
import { script } from "../../support/inside.ts";
import { isSandboxed } from "../../support/product.ts";
import { isGuest } from "../../support/systemd.ts";
import { eventually } from "../../support/wait.ts";

const limits = { memory: "64M" };
const isSwapAccounted = isV2 || existsSync("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes");

/** Gives this machine swap until the result is disposed of. */
async function swapOn(mebibytes: number): Promise<AsyncDisposable> {
  const file = "/root/swap";
  await mustRun(["fallocate", `--length=${mebibytes}M`, file]);
  chmodSync(file, 0o600);
  await mustRun(["mkswap", file]);
  await mustRun(["swapon", file]);
  return {
    async [Symbol.asyncDispose]() {
      await mustRun(["swapoff", file]);
      rmSync(file);
    },
  };
}

describe.skipIf(!isSandboxed || !isGuest)("On a machine with swap the memory limit", () => {
  test.skipIf(!isSwapAccounted)("is one of memory and swap together", async () => {
    await using root = new BoshRoot();
    await using _ = await swapOn(160);
    root.job("hungry", { args: ["allocate", "100"], limits });
    const { code, stdout } = await root.bpm(["run", "hungry"]);
    expect({ code, stdout }).toEqual({ code: 137, stdout: "" });
  });

  test.skipIf(isSwapAccounted)("is one of memory where swap is not accounted", async () => {
    await using root = new BoshRoot();
    await using _ = await swapOn(160);
    root.job("hungry", { args: ["allocate", "100"], limits });
    expect((await root.mustBpm(["run", "hungry"])).stdout).toBe("allocated\n");
  });
});

describe.skipIf(!isSandboxed)("The memory limit", () => {
  const loseChild = script(`${probe} allocate 200; echo "status $?"; exec sleep 1000`, { limits });

  test.skipIf(isV2)("takes one task of a job with cgroups of version 1", async () => {
    await using root = new BoshRoot();
    root.job("web", loseChild);
    const pid = await root.start("web");
    await root.printed("web", "status 137");
    expect((await root.bpm(["pid", "web"])).stdout).toBe(`${pid}\n`);
    await root.stop("web");
    const stopped = root.bpmLog("web").find(({ message }) => message === "bpm.stop.stopped");
    expect(stopped?.data["reason"]).toContain("after an out-of-memory kill");
  });

  test.skipIf(!isV2)("takes the whole job with cgroups of version 2", async () => {
    await using root = new BoshRoot();
    root.job("web", loseChild);
    await root.start("web");
    await eventually("its end", async () => (await root.bpm(["pid", "web"])).code === 1);
    expect(root.stdout("web")).toBe("");
    const { stdout } = await root.mustBpm(["list", "--wide"]);
    expect(stdout).toContain("SIGKILL, out of memory");
  });

  const tooLow = [
    ["1B", "1"],
    ["16K", "16384"],
    ["100K", "102400"],
  ] as const;
  test.each(tooLow)("of %s is too low for the init, and start says so", async (memory, bytes) => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], limits: { memory } });
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`(memory limit: ${bytes})`);
    expect(stderr).toContain("is limits.memory lower than that?");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("may be far beyond what the machine has", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["exit", "0"], limits: { memory: "7E" } });
    await root.mustBpm(["run", "web"]);
  });
});
