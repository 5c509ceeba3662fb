/** Steps of bpm run, to its sandbox and on to its supervisor, each made to fail or be the last. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { BoshRoot } from "../support/bosh-root.ts";
import { sandboxedProcesses } from "../support/clean-up.ts";
import { isSandboxed } from "../support/product.ts";
import type { Caller, TracedCall } from "../support/strace.ts";
import { find, inject, injecting, record } from "../support/strace.ts";
import { eventually } from "../support/wait.ts";
import { expectLogged, expectNoTraces, expectSentence, job, mountinfo } from "./traces.ts";

interface Step {
  readonly what: string;
  readonly caller: Caller;
  readonly name: string;
  readonly like?: RegExp;
  readonly occurrence?: number;
  /** What the message says besides errno's name. */
  readonly says: string;
}

const steps: Step[] = [
  { what: "lead a session", caller: "child", name: "setsid", says: "setsid" },
  { what: "enter its root", caller: "child", name: "pivot_root", says: "pivot_root /" },
  { what: "change its user", caller: "child", name: "setresuid", says: "setresuid" },
  { what: "lead a group", caller: "job", name: "setpgid", says: "setpgid" },
  { what: "make an output pipe", caller: "bpm", name: "pipe2", occurrence: -1, says: "pipe" },
  { what: "clone", caller: "bpm", name: "clone3", like: /CLONE_NEWNS/, says: `clone bpm-${job}` },
  { what: "note what runs", caller: "bpm", name: "renameat", occurrence: -1, says: "state.json" },
  {
    what: "hand over",
    caller: "bpm",
    name: "memfd_create",
    like: /"bpm-document"/,
    says: "bpm-document",
  },
  {
    what: "make a file of the supervisor",
    caller: "bpm",
    name: "memfd_create",
    like: /"bpm-supervise"/,
    says: "bpm-supervise",
  },
];

const rows = steps.map((step) => [step.what, step] as const);

describe.skipIf(!isSandboxed)("When bpm run", () => {
  let recorder: BoshRoot;
  let calls: TracedCall[] = [];

  beforeAll(async () => {
    recorder = new BoshRoot();
    recorder.job(job, { args: ["exit", "0"] });
    calls = await record(recorder, ["run", job], [...new Set(steps.map(({ name }) => name))]);
  });
  afterAll(async () => recorder[Symbol.asyncDispose]());

  test.each(rows)(
    "cannot %s, it says so, exits with 1 and leaves nothing",
    async (_, step) => {
      await using root = new BoshRoot();
      root.job(job, { args: ["exit", "3"] });
      const mounts = mountinfo();
      const result = await inject(root, ["run", job], find(calls, step), "error=ENOMEM");
      expect(result.code).toBe(1);
      expectSentence(
        result,
        "failed to run job-process: ",
        step.says,
        "(ENOMEM)",
        "(exit status 1)",
      );
      expectLogged(root, "bpm.run.failed-to-run", result);
      await eventually("the sandbox's end", () => sandboxedProcesses(root).length === 0);
      expectNoTraces(root, mounts);
      expect((await root.bpm(["run", job])).code).toBe(3);
    },
    injecting,
  );

  const own = rows.filter(([, { caller }]) => caller === "bpm");

  test.each(own)(
    "is killed as it would %s, nothing of it runs on",
    async (_, step) => {
      await using root = new BoshRoot();
      root.job(job, { args: ["sleep"] });
      expect((await inject(root, ["run", job], find(calls, step), "signal=KILL")).code).toBe(137);
      await eventually("the sandbox's end", () => sandboxedProcesses(root).length === 0);
      expect((await root.bpm(["list"])).stdout).toMatch(new RegExp(`^${job} +- +failed$`, "m"));
      expect((await root.bpm(["pid", job])).code).toBe(1);
      const mounts = mountinfo();
      expect(await root.bpm(["stop", job])).toEqual({ code: 0, stdout: "", stderr: "" });
      expectNoTraces(root, mounts);
    },
    injecting,
  );

  test.each(own)("is killed as it would %s, it can be repeated", async (_, step) => {
    await using root = new BoshRoot();
    root.job(job, { args: ["exit", "3"] });
    await inject(root, ["run", job], find(calls, step), "signal=KILL");
    const mounts = mountinfo();
    expect((await root.bpm(["run", job])).code).toBe(3);
    expectNoTraces(root, mounts);
  });
});
