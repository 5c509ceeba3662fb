import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BoshRoot, pidfile } from "../../support/bosh-root.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { probeSleeping } from "../../support/inside.ts";
import { isAlive, readStat } from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

interface State {
  readonly pid: number;
  readonly start_time: string;
  readonly boot_id: string;
  readonly [name: string]: unknown;
}

/** A root whose job web was started and has died, with what bpm wrote down of it. */
async function withDeadJob(): Promise<{ root: BoshRoot; state: State }> {
  const root = new BoshRoot();
  root.job("web", probeSleeping);
  const pid = await root.start("web");
  const state = JSON.parse(readFileSync(root.stateFile("web"), "utf8")) as State;
  process.kill(pid, "SIGKILL");
  await eventually("the init's end", () => !isAlive(pid));
  return { root, state };
}

/** A process that has nothing to do with bpm. */
function bystander() {
  const child = Bun.spawn(["sleep", "1000"]);
  return {
    pid: child.pid,
    startTime: readStat(child.pid)?.startTime ?? "",
    end: () => child.kill(),
  };
}

describe.skipIf(!isSandboxed)("The recorded state", () => {
  test("names process, init and boot, for root's eyes only", async () => {
    await using root = new BoshRoot();
    root.job("web", [{ args: ["sleep"] }, { name: "worker", args: ["sleep"] }]);
    const pid = await root.start("web", "worker");
    const state = JSON.parse(readFileSync(root.stateFile("web", "worker"), "utf8")) as State;
    expect(state).toMatchObject({
      id: "bpm-web.2eworker",
      job: "web",
      process: "worker",
      kind: "start",
      status: "running",
      pid,
      start_time: readStat(pid)?.startTime,
      boot_id: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    });
    const mode = Bun.spawnSync(["stat", "-c", "%a %u", dirname(root.stateFile("web", "worker"))]);
    expect(mode.stdout.toString()).toBe("700 0\n");
  });

  test("without a start time that fits does not make a bystander bpm's process", async () => {
    const { root, state } = await withDeadJob();
    await using _ = root;
    const other = bystander();
    const start_time = String(Number(other.startTime) - 1);
    const recycled = { ...state, pid: other.pid, start_time };
    writeFileSync(root.stateFile("web"), JSON.stringify(recycled));
    root.write(pidfile("web"), String(other.pid));
    expect((await root.bpm(["list"])).stdout).toMatch(/web +- +failed/);
    expect((await root.bpm(["pid", "web"])).code).toBe(1);
    expect((await root.bpm(["stop", "web"])).code).toBe(0);
    expect(isAlive(other.pid)).toBe(true);
    other.end();
    expect(leftovers(root)).toEqual(nothing);
  });

  test("of another boot does not make a bystander bpm's process, start time or not", async () => {
    const { root, state } = await withDeadJob();
    await using _ = root;
    const other = bystander();
    const boot_id = "00000000-0000-0000-0000-000000000000";
    const old = { ...state, pid: other.pid, start_time: other.startTime, boot_id };
    writeFileSync(root.stateFile("web"), JSON.stringify(old));
    expect((await root.bpm(["pid", "web"])).code).toBe(1);
    const pid = await root.start("web");
    expect(pid).not.toBe(other.pid);
    expect(isAlive(other.pid)).toBe(true);
    other.end();
  });

  const broken = [
    ["is empty", ""],
    ["was cut off", '{"id":"bpm-web","job":"w'],
    ["is no object", "[1,2]"],
    ["is null", "null"],
    ["lacks everything", "{}"],
    ["has a pid that is no number", '{"id":"bpm-web","job":"web","process":"web","pid":"1"}'],
    [
      "has a negative pid",
      '{"id":"bpm-web","job":"web","process":"web","kind":"start",' +
        '"status":"running","pid":-1,"start_time":"1","boot_id":"x","created":"x","cgroups":[],' +
        '"shutdown_signal":"TERM"}',
    ],
    ["is not text", "\u0000\ufffd\u0000"],
  ];
  test.each(broken)("that %s keeps neither start nor stop from working", async (_, text) => {
    const { root } = await withDeadJob();
    await using _root = root;
    for (const command of ["start", "stop", "stop"]) {
      if (command === "start") writeFileSync(root.stateFile("web"), text ?? "");
      expect(await root.bpm([command, "web"])).toEqual({ code: 0, stdout: "", stderr: "" });
    }
    await root.start("web");
    expect((await root.bpm(["list"])).stdout).toMatch(/web +\d+ +running/);
    await root.stop("web");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("that is lost while the process runs does not make two of it", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    const text = readFileSync(root.stateFile("web"), "utf8");
    writeFileSync(root.stateFile("web"), text.slice(0, 20));
    const second = await root.start("web");
    expect(second).not.toBe(pid);
    expect(isAlive(pid)).toBe(false);
  });

  test("of a directory without a state.json is no obstacle", async () => {
    const { root } = await withDeadJob();
    await using _ = root;
    rmSync(root.stateFile("web"));
    await root.start("web");
    await root.stop("web");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("that says creating, of a bpm that is gone, is cleaned up", async () => {
    const { root, state } = await withDeadJob();
    await using _ = root;
    writeFileSync(root.stateFile("web"), JSON.stringify({ ...state, status: "creating" }));
    expect((await root.bpm(["pid", "web"])).code).toBe(1);
    await root.start("web");
    expect((await root.bpm(["list"])).stdout).toMatch(/web +\d+ +running/);
  });
});

describe.skipIf(!isSandboxed)("After a reboot", () => {
  test("start works: /run is empty, the data is as it was", async () => {
    const { root } = await withDeadJob();
    await using _ = root;
    rmSync(root.at("data/sys/run"), { recursive: true });
    mkdirSync(root.at("data/sys/run"));
    expect((await root.bpm(["list"])).stdout).toMatch(/web +- +stopped/);
    const pid = await root.start("web");
    expect(isAlive(pid)).toBe(true);
  });

  test("start works: /run was kept on disk", async () => {
    const { root, state } = await withDeadJob();
    await using _ = root;
    const boot_id = "00000000-0000-0000-0000-000000000000";
    writeFileSync(root.stateFile("web"), JSON.stringify({ ...state, boot_id, pid: 1 }));
    const pid = await root.start("web");
    expect(isAlive(pid)).toBe(true);
    await root.stop("web");
    expect(leftovers(root)).toEqual(nothing);
  });
});

describe.skipIf(!isSandboxed)("The pidfile", () => {
  test("of somebody else's pid is replaced by start and removed by stop", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const other = bystander();
    root.write(pidfile("web"), String(other.pid));
    const pid = await root.start("web");
    expect(root.pid("web")).toBe(pid);
    await root.stop("web");
    expect(root.exists(pidfile("web"))).toBe(false);
    root.write(pidfile("web"), String(other.pid));
    expect((await root.bpm(["stop", "web"])).code).toBe(0);
    expect(root.exists(pidfile("web"))).toBe(false);
    expect(isAlive(other.pid)).toBe(true);
    other.end();
  });

  test("is not left when the main process ends while nobody looks", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["die", "9"] });
    await root.mustBpm(["start", "web"]);
    await eventually("its end", () => {
      return !root.exists(pidfile("web")) || root.read(pidfile("web")) === "";
    });
  });
});
