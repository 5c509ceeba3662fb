/** Where systemd owns the tree of cgroup v2: what bpm has it make for a process goes with it. */

import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { BoshRoot, type ProcessSpec } from "../../support/bosh-root.ts";
import { cgroupsOf } from "../../support/cgroups.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { mustRun } from "../../support/command.ts";
import { isAlive } from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";
import { find, inject, record } from "../../support/strace.ts";
import { freezeSystemd, hasScopes, isGuest, unitsLike } from "../../support/systemd.ts";
import { eventually } from "../../support/wait.ts";

/** A name that no other suite uses. */
const job = "scoped";
const units = () => unitsLike(`bpm-${job}-*`);
const sleeping: ProcessSpec = { args: ["sleep"], limits: { memory: "64M" } };

function withJob(spec = sleeping): BoshRoot {
  const root = new BoshRoot();
  root.job(job, spec);
  return root;
}

describe.skipIf(!isSandboxed || !hasScopes)("A process has a scope of systemd's", () => {
  test("outside of its caller's, named and described by job and process", async () => {
    await using root = withJob();
    const pid = await root.start(job);
    const [unit = "", ...others] = units();
    expect(others).toEqual([]);
    expect(unit).toEndWith(` loaded active running bpm: process ${job} of job ${job}`);
    const [name = ""] = unit.split(" ");
    const leaf = `/sys/fs/cgroup/system.slice/${name}/sandbox`;
    expect(cgroupsOf(pid).get("")).toBe(leaf);
    expect(readFileSync(`${dirname(leaf)}/cgroup.procs`, "utf8")).toBe("");
  });

  test("into which it is born", async () => {
    await using root = withJob({ args: ["exit", "0"] });
    const calls = await record(root, ["start", job], ["clone3"]);
    expect(calls.map(({ text }) => text).join("\n")).toMatch(/CLONE_NEWNS.*CLONE_INTO_CGROUP/);
  });
});

describe.skipIf(!isSandboxed || !hasScopes)("systemd keeps no unit", () => {
  test("of a process that was stopped, however often", async () => {
    await using root = withJob();
    for (let cycle = 0; cycle < 5; cycle += 1) {
      await root.start(job);
      await root.stop(job);
      expect(units()).toEqual([]);
    }
  });

  test("of one that was stopped while it loaded its units anew", async () => {
    await using root = withJob();
    let done = false;
    const reload = async () => {
      while (!done) await mustRun(["systemctl", "daemon-reload"]);
    };
    const reloading = reload();
    for (let cycle = 0; cycle < 5; cycle += 1) {
      await root.start(job);
      await root.stop(job);
      expect(leftovers(root)).toEqual(nothing);
    }
    done = true;
    await reloading;
    await eventually("no unit", () => units().length === 0);
  });

  const commands: [what: string, command: string, code: number, spec: ProcessSpec][] = [
    ["of a run", "run", 0, { args: ["exit", "0"] }],
    [
      "of a run out of memory",
      "run",
      137,
      {
        args: ["allocate", "200"],
        limits: { memory: "64M" },
      },
    ],
    ["of a start that failed", "start", 1, { executable: "/absent" }],
    [
      "of a start with a limit that fits nothing",
      "start",
      1,
      {
        args: ["sleep"],
        limits: { memory: "16K" },
      },
    ],
  ];
  test.each(commands)("%s", async (_, command, code, spec) => {
    await using root = withJob(spec);
    expect((await root.bpm([command, job])).code).toBe(code);
    expect(units()).toEqual([]);
  });

  test("of one that has ended by itself", async () => {
    await using root = withJob({ args: ["exit", "1"] });
    await root.mustBpm(["start", job]);
    await eventually("no unit", () => units().length === 0);
  });

  const moments = [
    ["start", "makes the leaf in its scope", "mkdirat", /\/sandbox/],
    ["start", "clones", "clone3", /CLONE_NEWNS/],
    ["stop", "kills what is in it", "openat", /cgroup\.kill/],
  ] as const;
  test.each(moments)("of a bpm %s that is killed as it %s", async (command, _, name, like) => {
    // strace would stay with a job that runs on.
    await using recorder = withJob({ args: ["exit", "0"] });
    await using root = withJob();
    if (command === "stop") for (const place of [recorder, root]) await place.start(job);
    const calls = await record(recorder, [command, job], [name]);
    await recorder.stop(job);
    const target = find(calls, { caller: "bpm", name, like });
    expect((await inject(root, [command, job], target, "signal=KILL")).code).toBe(137);
    await root.stop(job);
    expect(units()).toEqual([]);
    expect(leftovers(root)).toEqual(nothing);
  });
});

describe.skipIf(!isSandboxed || !hasScopes || !isGuest)("While systemd hangs", () => {
  test("a process can be stopped, and its unit goes later", async () => {
    await using root = withJob();
    const pid = await root.start(job);
    const leaf = cgroupsOf(pid).get("") ?? "";
    {
      using _ = freezeSystemd();
      expect(await root.bpm(["stop", job])).toEqual({ code: 0, stdout: "", stderr: "" });
      expect(isAlive(pid)).toBe(false);
      expect(existsSync(leaf)).toBe(false);
      expect(leftovers(root)).toEqual(nothing);
    }
    await eventually("no unit", () => units().length === 0);
    expect(existsSync(dirname(leaf))).toBe(false);
    await root.start(job);
  });

  test("a start says so, and leaves nothing once it goes on", async () => {
    await using root = withJob();
    {
      using _ = freezeSystemd();
      const { code, stderr } = await root.bpm(["start", job]);
      expect(code).toBe(1);
      expect(stderr).toContain("start scope /run/systemd/private: not done in time");
      expect(leftovers(root)).toEqual(nothing);
    }
    await eventually("no unit", () => units().length === 0);
    await root.start(job);
  });
});
