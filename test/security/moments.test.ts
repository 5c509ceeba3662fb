/** What could be done to bpm in the short moments between two of its system calls. */

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readlinkSync, renameSync, statSync } from "node:fs";
import { BoshRoot } from "../support/bosh-root.ts";
import { leftovers, nothing, sandboxedProcesses } from "../support/clean-up.ts";
import { holdUp } from "../support/hold-up.ts";
import { probeSleeping } from "../support/inside.ts";
import { isAlive, readStat } from "../support/process.ts";
import { isSandboxed } from "../support/product.ts";
import { find, inject, record } from "../support/strace.ts";
import { eventually } from "../support/wait.ts";

describe.skipIf(!isSandboxed)("A working directory that has left the sandbox", () => {
  // CVE-2024-21626: whoever can open "." can go up from there.
  test("keeps the process from starting", async () => {
    await using root = new BoshRoot();
    const spec = { ephemeral_disk: true, workdir: "/var/vcap/data/web/work" };
    mkdirSync(root.at("data/web/work"), { recursive: true });
    mkdirSync(root.at("data/elsewhere"));
    root.job("web", { args: ["exit", "0"], ...spec });
    const calls = await record(root, ["start", "web"], ["chdir", "pivot_root"]);
    root.job("web", { ...probeSleeping, ...spec });
    const target = find(calls, { caller: "child", name: "chdir", like: /data\/web\/work/ });
    await using held = holdUp(root, ["start", "web"], target, "delay_exit");
    await held.reached(() =>
      sandboxedProcesses(root).find((pid) => readlinkSync(`/proc/${pid}/cwd`).endsWith("/work")),
    );
    renameSync(root.at("data/web/work"), root.at("data/elsewhere/work"));
    held.release();
    const { code, stderr } = await held.result;
    expect(code).toBe(1);
    expect(stderr).toContain("verify working directory");
    expect(leftovers(root)).toEqual(nothing);
  });
});

describe.skipIf(!isSandboxed)("A directory that bpm makes for the job's user", () => {
  const made = ["data/web", "data/web/tmp", "data/sys/run/web", "data/vol"];

  test("is closed until its owner is right", async () => {
    await using root = new BoshRoot();
    const volumes = [{ path: "/var/vcap/data/vol", writable: true }];
    root.job("web", { ephemeral_disk: true, additional_volumes: volumes, args: ["exit", "0"] });
    const names = ["fchownat", "fchown"];
    const { length } = (await record(root, ["start", "web"], names)).filter(
      ({ name }) => name === "fchownat",
    );
    const seen = new Set<string>();
    for (let ordinal = 1; ordinal <= length; ordinal += 1) {
      await using other = new BoshRoot();
      other.job("web", { ephemeral_disk: true, additional_volumes: volumes, args: ["exit", "0"] });
      await inject(other, ["start", "web"], { name: "fchownat", ordinal }, "error=EPERM");
      for (const path of made.filter((name) => existsSync(other.at(name)))) {
        const { uid, mode } = statSync(other.at(path));
        if (uid !== 0) continue;
        expect([path, (mode & 0o7777).toString(8)]).toEqual([path, "700"]);
        seen.add(path);
      }
    }
    expect([...seen].sort()).toEqual(made.toSorted());
  });
});

describe.skipIf(!isSandboxed)("A bpm that ends while", () => {
  test("a command enters its sandbox takes the command with it", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const init = await root.start("web");
    const file = "data/web/tmp/executed";
    const command = ["exec", "web", "--", "/bin/sh", "-c", `echo executed >/var/vcap/${file}`];
    // Changing the user has cleared the signal that a parent's end sends, so just behind that.
    await using held = holdUp(root, command, { name: "capset", ordinal: 1 });
    const child = await held.reached(() =>
      sandboxedProcesses(root).find(
        (pid) => readStat(pid)?.comm === "bpm-enter" && statSync(`/proc/${pid}`).uid === 2000,
      ),
    );
    process.kill(held.pid, "SIGKILL");
    await eventually("bpm's end", () => !isAlive(held.pid));
    held.release();
    await eventually("the command's end", () => !isAlive(child));
    expect(existsSync(root.at(file))).toBe(false);
    expect(isAlive(init)).toBe(true);
  });

  test("a process is started takes that with it", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await using held = holdUp(root, ["start", "web"], { name: "setgroups", ordinal: 1 });
    await held.reached(() => sandboxedProcesses(root)[0]);
    process.kill(held.pid, "SIGKILL");
    await eventually("bpm's end", () => !isAlive(held.pid));
    held.release();
    await eventually("the process's end", () => sandboxedProcesses(root).length === 0);
  });
});
