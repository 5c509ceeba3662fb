import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { BoshRoot, type ProcessSpec, pidfile, probe } from "../../support/bosh-root.ts";
import { isV2 } from "../../support/cgroups.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { probeSleeping, script } from "../../support/inside.ts";
import { childrenOf, isAlive } from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

/** Starts a process that ends by itself, and waits for that. */
async function startAndEnd(root: BoshRoot, spec: ProcessSpec): Promise<void> {
  root.job("web", spec);
  await root.mustBpm(["start", "web"]);
  await eventually("its end", async () => (await root.bpm(["pid", "web"])).code === 1);
}

interface Ended {
  readonly at: string | null;
  readonly exit_status: number | null;
  readonly signal: string | null;
  readonly out_of_memory: boolean;
  readonly reason: string;
}

/** How the job web has ended, as `bpm list --json` tells it. */
async function endOf(root: BoshRoot): Promise<Ended | null> {
  const { stdout } = await root.mustBpm(["list", "--json"]);
  const { processes } = JSON.parse(stdout) as {
    processes: { readonly name: string; readonly ended: Ended | null }[];
  };
  return processes.find(({ name }) => name === "web")?.ended ?? null;
}

/** The data of the last line in bpm.log with this message. */
function lastData(root: BoshRoot, message: string): Readonly<Record<string, string>> | undefined {
  return root.bpmLog("web").findLast((line) => line.message === message)?.data;
}

const outOfMemory = {
  signal: "SIGKILL",
  out_of_memory: true,
  reason: "SIGKILL, out of memory",
};
const afterKill = { out_of_memory: true, reason: "exit status 7, after an out-of-memory kill" };

const endings: [what: string, spec: ProcessSpec, expected: Partial<Ended>][] = [
  ["exits with 0", { args: ["exit", "0"] }, { exit_status: 0, reason: "exit status 0" }],
  ["exits with 3", { args: ["exit", "3"] }, { exit_status: 3, reason: "exit status 3" }],
  ["is ended by SEGV", { args: ["die", "11"] }, { signal: "SIGSEGV", reason: "SIGSEGV" }],
  ["runs out of memory", { args: ["allocate", "200"], limits: { memory: "64M" } }, outOfMemory],
  [
    "loses a child for want of memory",
    script(`${probe} allocate 200; exit 7`, { limits: { memory: "64M" } }),
    // Version 2 kills all of it at once (memory.oom.group).
    isV2 ? outOfMemory : { ...afterKill, exit_status: 7 },
  ],
];

describe.skipIf(!isSandboxed)("Of a process that", () => {
  test.each(endings)("%s, list, start and stop say so", async (_, spec, expected) => {
    await using root = new BoshRoot();
    await startAndEnd(root, spec);
    const ended = await endOf(root);
    expect(ended).toEqual({
      exit_status: null,
      signal: null,
      out_of_memory: false,
      at: expect.any(String),
      ...expected,
    } as Ended);
    const row = (await root.mustBpm(["list", "--wide"])).stdout.split("\n")[1];
    expect(row).toMatch(/^web +- +failed +[\d.]+s /);
    expect(row).toEndWith(` ${expected.reason}`);
    expect((await root.mustBpm(["inspect", "web"])).stdout).toMatch(
      new RegExp(`^ *reason +${expected.reason}$`, "m"),
    );

    await root.mustBpm(["start", "web"]);
    const told = { reason: expected.reason, ended: ended?.at, after: expect.any(String) };
    expect(lastData(root, "bpm.start.removing-stopped-process")).toMatchObject(told);
    await eventually("its end", async () => (await root.bpm(["pid", "web"])).code === 1);
    await root.stop("web");
    const again = { reason: expected.reason, after: expect.any(String) };
    expect(lastData(root, "bpm.stop.job-already-stopped")).toMatchObject(again);
    expect(leftovers(root)).toEqual(nothing);
  });

  test("is killed together with its init, that much is told", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    process.kill(pid, "SIGKILL");
    await eventually("the init's end", () => !isAlive(pid));
    expect(await endOf(root)).toMatchObject({ at: null, reason: "its init was killed" });
  });

  test("is stopped, bpm.log tells how it ended", async () => {
    await using root = new BoshRoot();
    root.job("web", script("trap 'exit 5' TERM; echo ready; while :; do sleep 0.02; done"));
    await root.start("web");
    await root.printed("web", "ready");
    await root.stop("web");
    expect(lastData(root, "bpm.stop.stopped")).toMatchObject({ reason: "exit status 5" });
  });

  test("runs or never ran, no end is told", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    expect(await endOf(root)).toBe(null);
    await root.start("web");
    expect(await endOf(root)).toBe(null);
  });
});

describe.skipIf(!isSandboxed)("A pidfile never names a stranger:", () => {
  /** Kills the main process of job web, so that its init ends on its own account. */
  async function endMainProcess(init: number): Promise<void> {
    for (const child of childrenOf(init)) process.kill(child, "SIGKILL");
    await eventually("the init's end", () => !isAlive(init));
  }

  test("the init empties it when the main process ends", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await endMainProcess(await root.start("web"));
    expect(root.read(pidfile("web"))).toBe("");
  });

  test("also one that start has put back", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    rmSync(root.at(pidfile("web")));
    await root.mustBpm(["start", "web"]);
    expect(root.pid("web")).toBe(pid);
    await endMainProcess(pid);
    expect(root.read(pidfile("web"))).toBe("");
  });

  test("also one that was overwritten or replaced, and that start has put right", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    for (const replace of [false, true]) {
      if (replace) rmSync(root.at(pidfile("web")));
      root.write(pidfile("web"), "4194304999\n");
      await root.mustBpm(["start", "web"]);
      expect(root.read(pidfile("web"))).toBe(String(pid));
    }
    await endMainProcess(pid);
    expect(root.read(pidfile("web"))).toBe("");
  });

  test("not even of a process that ends while it is started", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["exit", "0"] });
    for (let count = 0; count < 20; count += 1) {
      await root.mustBpm(["start", "web"]);
      const text = readFileSync(root.at(pidfile("web")), "utf8");
      if (text !== "") await eventually("an empty pidfile", () => root.read(pidfile("web")) === "");
    }
  });

  const failing = [
    ["bpm.yml is invalid", "processes: ["],
    ["bpm.yml lacks the process", "processes: []"],
    ["its program is gone", JSON.stringify({ processes: [{ name: "web", executable: "/gone" }] })],
  ] as const;
  test.each(failing)("a start that fails since %s removes it", async (_, config) => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    process.kill(pid, "SIGKILL");
    await eventually("the init's end", () => !isAlive(pid));
    expect(root.pid("web")).toBe(pid);
    root.job("web", config);
    expect((await root.bpm(["start", "web"])).code).toBe(1);
    expect(existsSync(root.at(pidfile("web")))).toBe(false);
  });
});
