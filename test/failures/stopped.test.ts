/**
 * What runs as the job's user can stop what has become that user and is not yet the job: nothing of
 * bpm waits for that for ever.
 */

import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { BoshRoot } from "../support/bosh-root.ts";
import { ownCgroupsOf } from "../support/cgroups.ts";
import { leftovers, nothing, sandboxedProcesses } from "../support/clean-up.ts";
import { probeSleeping } from "../support/inside.ts";
import { allPids, argumentsOf, readStat } from "../support/process.ts";
import { isSandboxed } from "../support/product.ts";
import { inject } from "../support/strace.ts";
import { eventually } from "../support/wait.ts";

/** What only the job's own process calls before its exec, and only a command that enters. */
const beforeJob = { name: "setpgid", ordinal: 1 } as const;
const beforeCommand = { name: "setsid", ordinal: 1 } as const;
const stop = "signal=STOP";

/** No SIGCONT helps in the job's cgroups then, as where somebody stops it again and again. */
async function freeze(root: BoshRoot): Promise<void> {
  await eventually("the stopped job", () =>
    sandboxedProcesses(root).some((pid) => readStat(pid)?.state.toUpperCase() === "T"),
  );
  const leaves = new Set(sandboxedProcesses(root).flatMap(ownCgroupsOf));
  for (const leaf of leaves) {
    for (const [file, value] of [
      ["freezer.state", "FROZEN"],
      ["cgroup.freeze", "1"],
    ] as const) {
      if (existsSync(`${leaf}/${file}`)) writeFileSync(`${leaf}/${file}`, value);
    }
  }
}

/** As long as bpm is patient: they run at the same time. */
describe.skipIf(!isSandboxed)("Before its exec", () => {
  test.concurrent("a job that is stopped once is continued", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["exit", "0"] });
    const { code, stderr } = await inject(root, ["start", "web"], beforeJob, stop);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test.concurrent.each(["start", "run"])("a job that stays so makes %s fail", async (command) => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const starting = inject(root, [command, "web"], beforeJob, stop);
    await freeze(root);
    const { code, stderr } = await starting;
    expect(stderr).toContain("wait for exec of /var/vcap/packages/probe/bin/probe");
    expect(stderr).toContain("ETIMEDOUT");
    expect(code).not.toBe(0);
    expect(leftovers(root)).toEqual(nothing);
  });

  test.concurrent("a job that stays so does not keep a stop waiting", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const starting = inject(root, ["start", "web"], beforeJob, stop);
    await freeze(root);
    expect(await root.bpm(["stop", "web"])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(root.bpmMessages("web")).toContain("ending-unfinished");
    expect(leftovers(root)).toEqual(nothing);
    expect((await starting).code).not.toBe(0);
  });

  test.concurrent("a command that enters is continued", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const command = ["exec", "web", "--", "/bin/echo", "inside"];
    const stopped = await inject(root, command, beforeCommand, stop);
    expect(stopped).toEqual({ code: 0, stdout: "inside\n", stderr: "" });
  });

  test.concurrent("a command that is stopped does not keep bpm exec from ending", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const command = ["exec", "web", "--", "/bin/echo", "unending"];
    const entering = inject(root, command, beforeCommand, stop);
    const enter = await eventually("bpm-enter", () => allPids().find((pid) => isStoppedEnter(pid)));
    process.kill(readStat(enter)?.parent ?? 0, "SIGTERM");
    expect((await entering).code).toBe(143);
  });
});

/** Whether this is what bpm exec has cloned, on its way to being the command. */
function isStoppedEnter(pid: number): boolean {
  const { comm, state = "", parent = 0 } = readStat(pid) ?? {};
  return (
    comm === "bpm-enter" && state.toUpperCase() === "T" && argumentsOf(parent).includes("unending")
  );
}
