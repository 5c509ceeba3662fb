/** bpm killed with KILL at one system call or another: the next command puts things right. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { BoshRoot } from "../support/bosh-root.ts";
import { ownCgroupsOf } from "../support/cgroups.ts";
import { leftovers, nothing, sandboxedProcesses } from "../support/clean-up.ts";
import { childrenOf, isAlive } from "../support/process.ts";
import { isSandboxed } from "../support/product.ts";
import { find, inject, injecting, record, type TracedCall } from "../support/strace.ts";
import { eventually } from "../support/wait.ts";

interface Moment {
  readonly what: string;
  readonly name: string;
  readonly like?: RegExp;
  readonly occurrence?: number;
}

const startMoments: Moment[] = [
  { what: "takes the lock", name: "flock" },
  { what: "opens a log", name: "openat", like: /web\.stdout\.log/ },
  { what: "makes the state directory", name: "mkdirat", like: /"bpm-web"/ },
  { what: "creates the state", name: "openat", like: /state\.json\.new/ },
  { what: "puts the state in place", name: "renameat", like: /state\.json/ },
  { what: "makes the first cgroup", name: "mkdirat", like: /cgroup/ },
  { what: "makes the last cgroup", name: "mkdirat", like: /cgroup/, occurrence: -1 },
  { what: "clones", name: "clone3", like: /CLONE_NEWNS/ },
  {
    what: "has cloned, and writes the state",
    name: "openat",
    like: /state\.json\.new/,
    occurrence: 1,
  },
  { what: "puts the new state in place", name: "renameat", like: /state\.json/, occurrence: 1 },
  { what: "puts the pidfile in place", name: "renameat", like: /web\.pid/ },
];

const spec = { args: ["sleep"], limits: { memory: "64M" } };

describe.skipIf(!isSandboxed)("When bpm start is killed as it", () => {
  let recorder: BoshRoot;
  let calls: TracedCall[] = [];
  beforeAll(async () => {
    recorder = new BoshRoot();
    recorder.job("web", { ...spec, args: ["exit", "0"] });
    calls = await record(
      recorder,
      ["start", "web"],
      [...new Set(startMoments.map(({ name }) => name))],
    );
  });
  afterAll(async () => recorder[Symbol.asyncDispose]());

  /** Leaves a root as a bpm start does that was killed. */
  async function killedStart(moment: Moment): Promise<BoshRoot> {
    const root = new BoshRoot();
    root.job("web", spec);
    const target = find(calls, { caller: "bpm", ...moment });
    // strace stays with a job that runs on, so it is not waited for.
    const traced = inject(root, ["start", "web"], target, "signal=KILL");
    const over = traced.then(({ code }) => expect(code).toBe(137));
    await Promise.race([over, eventually("bpm's end", () => killed(root), 20)]);
    pending.push(over);
    return root;
  }
  const pending: Promise<void>[] = [];

  /** Whether a job runs, or has begun to, that no bpm start looks after any more. */
  function killed(root: BoshRoot): boolean {
    const processes = sandboxedProcesses(root);
    return processes.length >= 2 && processes.every((pid) => isAlive(pid));
  }

  const rows = startMoments.map((moment) => [moment.what, moment] as const);

  test.each(rows)("%s, the next start works", async (_, moment) => {
    await using root = await killedStart(moment);
    const pid = await root.start("web");
    expect(sandboxedProcesses(root).sort()).toEqual([pid, ...childrenOf(pid)].sort());
    expect((await root.bpm(["list"])).stdout).toMatch(new RegExp(`^web +${pid} +running$`, "m"));
  });

  test.each(rows)("%s, the next stop leaves nothing", async (_, moment) => {
    await using root = await killedStart(moment);
    const cgroups = sandboxedProcesses(root).flatMap(ownCgroupsOf);
    expect(await root.bpm(["stop", "web"])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(leftovers(root)).toEqual(nothing);
    expect(cgroups.filter((path) => existsSync(path))).toEqual([]);
  });

  afterAll(async () => {
    await Promise.all(pending);
  });
});

const stopMoments: Moment[] = [
  { what: "takes the lock", name: "flock" },
  { what: "signals", name: "pidfd_send_signal" },
  { what: "removes the first cgroup", name: "unlinkat", like: /cgroup/ },
  { what: "removes the last cgroup", name: "unlinkat", like: /cgroup/, occurrence: -1 },
  { what: "removes the pidfile", name: "unlinkat", like: /web\.pid/ },
  { what: "removes the state", name: "unlinkat", like: /state\.json"/ },
  { what: "removes the state's directory", name: "unlinkat", like: /AT_REMOVEDIR/ },
];

describe.skipIf(!isSandboxed)("When bpm stop is killed as it", () => {
  let recorder: BoshRoot;
  let calls: TracedCall[] = [];
  beforeAll(async () => {
    recorder = new BoshRoot();
    recorder.job("web", spec);
    await recorder.start("web");
    const names = [...new Set(stopMoments.map(({ name }) => name))];
    calls = await record(recorder, ["stop", "web"], names);
  });
  afterAll(async () => recorder[Symbol.asyncDispose]());

  test.each(stopMoments.map((moment) => [moment.what, moment] as const))(
    "%s, the next start and stop work",
    async (_, moment) => {
      await using root = new BoshRoot();
      root.job("web", spec);
      const first = await root.start("web");
      const target = find(calls, { caller: "bpm", ...moment });
      expect((await inject(root, ["stop", "web"], target, "signal=KILL")).code).toBe(137);
      const pid = await root.start("web");
      expect(sandboxedProcesses(root).sort()).toEqual([pid, ...childrenOf(pid)].sort());
      expect(isAlive(first)).toBe(first === pid);
      await root.stop("web");
      expect(leftovers(root)).toEqual(nothing);
    },
    injecting,
  );
});
