/** File systems that are full or read-only: bpm says what could not be made, and leaves nothing. */

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { BoshRoot } from "../support/bosh-root.ts";
import { mustRun, run } from "../support/command.ts";
import { probeSleeping } from "../support/inside.ts";
import { isAlive } from "../support/process.ts";
import { isSandboxed } from "../support/product.ts";
import { eventually } from "../support/wait.ts";
import { expectLogged, expectNoTraces, expectSentence, job, mountinfo } from "./traces.ts";

/** A root that has a file system of its own at `directory`. */
async function rootWith(directory: string, options: string): Promise<BoshRoot> {
  const root = new BoshRoot();
  root.job(job, { executable: "/bin/sleep", args: ["1000"] });
  await mount(root, directory, options);
  return root;
}

async function mount(root: BoshRoot, directory: string, options: string): Promise<void> {
  await mustRun(["mount", "-t", "tmpfs", "-o", `mode=755,${options}`, "tmpfs", root.at(directory)]);
}

/** Starts until it works, with room for one more file or directory each time. */
async function startWithMoreAndMore(root: BoshRoot, directory: string): Promise<string[]> {
  const failures: string[] = [];
  for (let inodes = 1; inodes < 50; inodes += 1) {
    await mount(root, directory, `nr_inodes=${inodes}`);
    const mounts = mountinfo();
    const result = await root.bpm(["start", job]);
    if (result.code === 0) return failures;
    expectSentence(result, "(ENOSPC)");
    expectNoTraces(root, mounts);
    failures.push(result.stderr.replaceAll(root.path, "ROOT"));
    await mustRun(["umount", root.at(directory)]);
  }
  throw new Error(`start never works\n${failures.join("")}`);
}

describe.skipIf(!isSandboxed)("A start on a file system without room", () => {
  test("for the notes says which file could not be made, whichever it is", async () => {
    await using root = await rootWith("store", "size=4k");
    const failures = await startWithMoreAndMore(root, "data/sys/run");
    for (const name of ["bpm-state", "state.json", "exit.json", "pidfile"]) {
      expect(failures.join("")).toContain(name);
    }
    expect(failures.join("")).not.toContain("/proc/self/fd/");
    expect(isAlive(root.pid(job))).toBe(true);
  });

  test("for the logs says which file could not be made, whichever it is", async () => {
    await using root = await rootWith("store", "size=4k");
    const failures = await startWithMoreAndMore(root, "data/sys/log");
    for (const name of [`ROOT/sys/log/${job}:`, "bpm.log", "stdout.log", "stderr.log"]) {
      expect(failures.join("")).toContain(name);
    }
  });

  test("for a state that takes more than an inode says so, and works once there is", async () => {
    await using root = await rootWith("data/sys/run", "size=4k");
    const filler = root.write("data/sys/run/filler", "x".repeat(4096));
    const result = await root.bpm(["start", job]);
    expect(result.code).toBe(1);
    expectSentence(result, "failed to start job-process: ", "state.json", "(ENOSPC)");
    expectLogged(root, "bpm.start.failed-to-start", result);
    rmSync(filler);
    expectNoTraces(root, mountinfo());
    await mustRun(["mount", "-o", "remount,size=1m", root.at("data/sys/run")]);
    await root.start(job);
  });

  test("for bpm.log starts the process all the same, and warns", async () => {
    await using root = await rootWith("data/sys/log", "size=4k");
    root.write("data/sys/log/filler", "x".repeat(4096));
    const { code, stdout, stderr } = await root.bpm(["start", job]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(/^Warning: bpm\.log cannot be written: [^\n]+\(ENOSPC\)\n$/);
    expect(isAlive(root.pid(job))).toBe(true);
  });
});

describe.skipIf(!isSandboxed)("Of a process that ends when nothing more can be noted down", () => {
  test("it is known how it ended", async () => {
    await using root = await rootWith("data/sys/run", "size=128k");
    root.job(job, { executable: "/bin/sh", args: ["-c", "trap 'exit 5' USR1; sleep 1000 & wait"] });
    const pid = await root.start(job);
    await eventually("a trap", () => catchesUsr1(pid));
    const filler = root.at("data/sys/run/filler");
    await run(["dd", "if=/dev/zero", `of=${filler}`, "bs=4k"]);
    expect(statfsSync(root.at("data/sys/run")).bfree).toBe(0);
    process.kill(pid, "SIGUSR1");
    await eventually("its end", () => !isAlive(pid));
    expect((await root.mustBpm(["list", "--wide"])).stdout).toContain("exit status 5");
    rmSync(filler);
  });
});

/** Whether the init's child does, the job's program. */
function catchesUsr1(init: number): boolean {
  const [child = ""] = readFileSync(`/proc/${init}/task/${init}/children`, "utf8").split(" ");
  const status = existsSync(`/proc/${child}/status`)
    ? readFileSync(`/proc/${child}/status`, "utf8")
    : "";
  const mask = BigInt(`0x${/^SigCgt:\s*(\w+)$/m.exec(status)?.[1] ?? "0"}`);
  return ((mask >> 9n) & 1n) === 1n;
}

describe.skipIf(!isSandboxed)("A stop on a read-only file system", () => {
  test("with nothing to stop has nothing to remove", async () => {
    await using root = new BoshRoot();
    root.job(job, probeSleeping);
    await root.start(job);
    await root.stop(job);
    const path = root.at("data/sys/run");
    await mustRun(["mount", "--bind", path, path]);
    await mustRun(["mount", "-o", "remount,bind,ro", path]);
    expect(await root.bpm(["stop", job])).toEqual({ code: 0, stdout: "", stderr: "" });
    await mustRun(["umount", path]);
  });
});

describe.skipIf(!isSandboxed)("A start on a read-only file system", () => {
  const readOnly = [
    ["data/sys/run", "sys/run/bpm"],
    ["data/sys/log", `sys/log/${job}`],
    [`data/${job}`, `write to directory ROOT/data/${job}/tmp`],
  ] as const;
  test.each(readOnly)("at %s names %s", async (directory, named) => {
    await using root = new BoshRoot();
    root.job(job, probeSleeping);
    await root.start(job);
    await root.stop(job);
    const path = root.at(directory);
    await mustRun(["mount", "--bind", path, path]);
    await mustRun(["mount", "-o", "remount,bind,ro", path]);
    const mounts = mountinfo();
    const result = await root.bpm(["start", job]);
    expect(result.code).toBe(1);
    expectSentence(result, named.replace("ROOT", root.path), "(EROFS)");
    expectNoTraces(root, mounts);
    await mustRun(["umount", path]);
    await root.start(job);
  });
});

describe.skipIf(!isSandboxed)("A stop on a read-only file system", () => {
  test.each(["data/bpm", "data"])("at %s ends the process", async (directory) => {
    await using root = new BoshRoot();
    await mustRun(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", root.at("data/sys")]);
    for (const name of ["log", "run"]) mkdirSync(root.at(`data/sys/${name}`));
    root.job(job, probeSleeping);
    const pid = await root.start(job);
    const path = root.at(directory);
    await mustRun(["mount", "--rbind", path, path]);
    await mustRun(["mount", "-o", "remount,bind,ro", path]);
    const { code, stderr } = await root.bpm(["stop", job]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(isAlive(pid)).toBe(false);
    expect(root.states()).toEqual([]);
    await mustRun(["umount", "--recursive", "--lazy", path]);
  });
});
