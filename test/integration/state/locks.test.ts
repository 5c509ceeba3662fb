import { describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { BoshRoot, type ProcessSpec } from "../../support/bosh-root.ts";
import { sandboxedProcesses } from "../../support/clean-up.ts";
import { probeSleeping, script } from "../../support/inside.ts";
import { childrenOf, isAlive } from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

/** A job whose end takes until somebody creates a file. */
const slowToStop: ProcessSpec = script(
  "trap 'echo stopping; until [ -e /tmp/now ]; do sleep 0.02; done; exit 0' TERM; echo up; " +
    "while :; do sleep 0.02; done",
);

describe.skipIf(!isSandboxed)("The lifecycle lock", () => {
  test("makes a start wait for the stop that is on its way, as monit restart needs", async () => {
    await using root = new BoshRoot();
    root.job("web", slowToStop);
    const first = await root.start("web");
    await root.printed("web", "up");
    const stop = root.bpm(["stop", "web"]);
    await root.printed("web", "stopping");
    const start = root.bpm(["start", "web"]);
    await eventually("the start to wait", () => {
      return (
        root.bpmLog("web").filter(({ message }) => {
          return message === "bpm.start.acquiring-lifecycle-lock.starting";
        }).length === 2
      );
    });
    expect(isAlive(first)).toBe(true);
    root.write("data/web/tmp/now", "");
    expect([await stop, await start].map(({ code }) => code)).toEqual([0, 0]);
    const second = root.pid("web");
    expect(second).not.toBe(first);
    expect([isAlive(first), isAlive(second)]).toEqual([false, true]);
  });

  test("lets one of many starts at once start the process, and all succeed", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const results = await Promise.all(Array.from({ length: 8 }, () => root.bpm(["start", "web"])));
    expect(results.map(({ code }) => code)).toEqual(Array(8).fill(0));
    const pid = root.pid("web");
    expect(sandboxedProcesses(root).sort()).toEqual([pid, ...childrenOf(pid)].sort());
    expect(
      root.bpmMessages("web").filter((text) => text === "process-already-running"),
    ).toHaveLength(7);
  });

  test("keeps any order of starts and stops from breaking anything", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const commands = ["start", "stop", "start", "stop", "start", "start", "stop", "stop", "start"];
    const results = await Promise.all(commands.map((command) => root.bpm([command, "web"])));
    expect(results).toEqual(commands.map(() => ({ code: 0, stdout: "", stderr: "" })));
    const running = (await root.bpm(["pid", "web"])).code === 0;
    expect(sandboxedProcesses(root)).toHaveLength(running ? 2 : 0);
  });

  test("is of one process: others of the job start meanwhile", async () => {
    await using root = new BoshRoot();
    root.job("web", [
      script("sleep 1000", { name: "errand" }),
      { name: "worker", args: ["sleep"] },
    ]);
    const errand = root.spawn(["run", "web", "-p", "errand"]);
    await eventually("the errand", () => sandboxedProcesses(root).length >= 2);
    const worker = await root.start("web", "worker");
    expect(isAlive(worker)).toBe(true);
    errand.kill("SIGTERM");
    await errand.exited;
  });

  test("has a file that is never removed", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const file = root.at("data/bpm/locks/job-bpm-web.2eweb.lock");
    const { ino } = statSync(file);
    await root.stop("web");
    await root.start("web");
    expect(statSync(file).ino).toBe(ino);
  });

  test("is not inherited: neither job nor init holds it", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const file = root.at("data/bpm/locks/job-bpm-web.2eweb.lock");
    expect(Bun.spawnSync(["flock", "--nonblock", file, "true"]).success).toBe(true);
  });

  test("is not needed to look: list and pid answer while a stop lasts", async () => {
    await using root = new BoshRoot();
    root.job("web", slowToStop);
    const pid = await root.start("web");
    await root.printed("web", "up");
    const stop = root.bpm(["stop", "web"]);
    await root.printed("web", "stopping");
    expect((await root.bpm(["pid", "web"])).stdout).toBe(`${pid}\n`);
    expect((await root.bpm(["list"])).code).toBe(0);
    root.write("data/web/tmp/now", "");
    expect((await stop).code).toBe(0);
  });
});

describe.skipIf(!isSandboxed)("A stop while bpm run lasts", () => {
  test("ends the errand, and the run with it", async () => {
    await using root = new BoshRoot();
    root.job("errand", { args: ["signals"] });
    const running = root.spawn(["run", "errand"]);
    await root.printed("errand", "ready");
    expect((await root.bpm(["stop", "errand"])).code).toBe(0);
    await running.exited;
    expect(root.stdout("errand")).toBe("ready\nsignal 15\n");
    expect(root.states()).toEqual([]);
  });
});

describe.skipIf(!isSandboxed)("Roots side by side", () => {
  test("do not disturb each other, though their jobs have the same names", async () => {
    await using one = new BoshRoot();
    await using two = new BoshRoot();
    for (const root of [one, two]) root.job("web", probeSleeping);
    const [first, second] = await Promise.all([one.start("web"), two.start("web")]);
    await one.stop("web");
    expect([isAlive(first), isAlive(second)]).toEqual([false, true]);
    expect((await two.bpm(["list"])).stdout).toContain(`web  ${second} running`);
    const third = await one.start("web");
    await two.stop("web");
    expect(isAlive(third)).toBe(true);
  });
});
