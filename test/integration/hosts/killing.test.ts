/** Ending what is in cgroups, whatever it does, and whoever has put it there. */

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BoshRoot } from "../../support/bosh-root.ts";
import { cgroupsOf, ownCgroupsOf } from "../../support/cgroups.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { script } from "../../support/inside.ts";
import { isAlive } from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

/** Freezes what is in a cgroup, where that is possible there. */
function freeze(directory: string): void {
  const version1 = join(directory, "freezer.state");
  const version2 = join(directory, "cgroup.freeze");
  if (existsSync(version1)) writeFileSync(version1, "FROZEN");
  if (existsSync(version2)) writeFileSync(version2, "1");
}

describe.skipIf(!isSandboxed)("Killing ends", () => {
  test("a fork bomb that no PID namespace holds together", async () => {
    await using root = new BoshRoot();
    // bash tries again where it cannot fork, and so keeps their number up.
    const bomb = "bomb() { while :; do bomb & done; }; bomb 2>/dev/null & exec sleep 1000";
    const unsafe = { host_pid_namespace: true };
    const executable = "/bin/bash";
    root.job("web", script(bomb, { executable, unsafe, limits: { processes: 40 } }));
    await root.mustBpm(["start", "web"]);
    const state = JSON.parse(readFileSync(root.stateFile("web"), "utf8")) as {
      cgroups: { directory: string }[];
    };
    const leaves = state.cgroups.map(({ directory }) => directory);
    const counter = leaves.map((leaf) => join(leaf, "pids.current")).find(existsSync) ?? "";
    await eventually("many processes", () => Number(readFileSync(counter, "utf8")) > 30);
    await root.stop("web");
    expect(leftovers(root)).toEqual(nothing);
    expect(leaves.filter(existsSync)).toEqual([]);
  });

  test.each([false, true])("what root has put into old cgroups (frozen: %p)", async (cold) => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"] });
    const old = ownCgroupsOf(await root.start("web"));
    await root.stop("web");
    const strangers = old.map((directory) => {
      const below = join(directory, "below");
      mkdirSync(below, { recursive: true });
      const { pid } = Bun.spawn(["sleep", "1000"]);
      writeFileSync(join(below, "cgroup.procs"), String(pid));
      if (cold) freeze(directory);
      return pid;
    });
    expect(strangers).not.toEqual([]);
    const pid = await root.start("web");
    expect(strangers.filter(isAlive)).toEqual([]);
    expect(old.filter(existsSync)).toEqual([]);
    expect([...cgroupsOf(pid).values()].filter((path) => old.includes(path))).toEqual([]);
  });
});
