import { describe, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { BoshRoot, pidfile } from "../../support/bosh-root.ts";
import { ownCgroupsOf } from "../../support/cgroups.ts";
import { leftovers, nothing, sandboxedProcesses } from "../../support/clean-up.ts";
import { commandLines } from "../../support/command.ts";
import { probeSleeping, script } from "../../support/inside.ts";
import { childrenOf, isAlive } from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";

const success = { code: 0, stdout: "", stderr: "" };

describe.skipIf(!isSandboxed)("bpm stop", () => {
  test("ends the process and removes pidfile, state and cgroups before it returns", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const cgroups = ownCgroupsOf(await root.start("web"));
    expect(cgroups.filter((directory) => !existsSync(directory))).toEqual([]);
    expect(cgroups).not.toEqual([]);
    expect(await root.bpm(["stop", "web"])).toEqual(success);
    expect(leftovers(root)).toEqual(nothing);
    expect(cgroups.filter((directory) => existsSync(directory))).toEqual([]);
  });

  const stopped = [
    ["its program is", (init: number) => childrenOf(init)],
    ["its init is", (init: number) => [init]],
    ["both are", (init: number) => [init, ...childrenOf(init)]],
  ] as const;
  test.each(stopped)("lets a process clean up when %s stopped", async (_, which) => {
    await using root = new BoshRoot();
    const forEver = "while :; do sleep 0.05; done";
    root.job("web", script(`trap 'echo clean; exit 0' TERM; echo ready; ${forEver}`));
    const init = await root.start("web");
    await root.printed("web", "ready");
    for (const pid of which(init)) process.kill(pid, "SIGSTOP");
    expect(await root.bpm(["stop", "web"])).toEqual(success);
    expect(root.stdout("web")).toBe("ready\nclean\n");
    expect(root.bpmMessages("web")).not.toContain("failed-to-stop");
  });

  test("leaves the job's other processes alone", async () => {
    await using root = new BoshRoot();
    root.job("web", [{ args: ["sleep"] }, { name: "worker", args: ["sleep"] }]);
    await root.start("web");
    const worker = await root.start("web", "worker");
    await root.stop("web");
    expect(isAlive(worker)).toBe(true);
    expect(root.exists(pidfile("web", "worker"))).toBe(true);
  });

  const notRunning = commandLines("web", "nosuch", "web -p nosuch");
  test.each(notRunning)("of what does not run is fine: %s", async (_, words) => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    expect(await root.bpm(["stop", ...words])).toEqual(success);
    expect(root.bpmMessages(words[0] ?? "")).toContain("job-already-stopped");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("may be said twice", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    await root.stop("web");
    expect(await root.bpm(["stop", "web"])).toEqual(success);
  });

  test("needs no pidfile", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    rmSync(root.at(pidfile("web")));
    expect(await root.bpm(["stop", "web"])).toEqual(success);
    expect(leftovers(root)).toEqual(nothing);
  });

  test("removes what a dead process left", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    process.kill(await root.start("web"), "SIGKILL");
    expect(await root.bpm(["stop", "web"])).toEqual(success);
    expect(leftovers(root)).toEqual(nothing);
  });

  const signals = [
    [undefined, 15],
    ["TERM", 15],
    ["INT", 2],
  ] as const;
  test.each(signals)("with shutdown_signal %p sends signal %i", async (shutdown_signal, number) => {
    await using root = new BoshRoot();
    root.job("web", { args: ["signals", String(number)], shutdown_signal });
    await root.start("web");
    await root.printed("web", "ready");
    await root.stop("web");
    expect(root.stdout("web")).toBe(`ready\nsignal ${number}\n`);
  });

  test("lets the process end in its own time", async () => {
    await using root = new BoshRoot();
    root.job(
      "web",
      script("trap 'sleep 1; echo tidy; exit 0' TERM; echo ready; sleep 1000 & wait"),
    );
    await root.start("web");
    await root.printed("web", "ready");
    await root.stop("web");
    expect(root.stdout("web")).toBe("ready\ntidy\n");
  });

  test("kills what a process leaves behind in its sandbox", async () => {
    await using root = new BoshRoot();
    const orphan = "setsid sh -c 'trap \"\" TERM; echo orphan; sleep 1000 & wait'";
    root.job("web", script(`${orphan} & trap 'exit 0' TERM; sleep 1000 & wait`));
    await root.start("web");
    await root.printed("web", "orphan");
    expect(sandboxedProcesses(root).length).toBeGreaterThanOrEqual(5);
    await root.stop("web");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("goes by what was started when bpm.yml has become invalid since", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["signals", "2"], shutdown_signal: "INT" });
    await root.start("web");
    await root.printed("web", "ready");
    root.job("web", "processes: [");
    expect(await root.bpm(["stop", "web"])).toEqual(success);
    expect(root.stdout("web")).toContain("signal 2");
    expect(root.bpmMessages("web")).toContain("failed-to-parse-config");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("goes by what was started when the job's directory has gone since", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    rmSync(root.at("jobs/web"));
    rmSync(root.at("data/jobs/web"), { recursive: true });
    expect(await root.bpm(["stop", "web"])).toEqual(success);
    expect(leftovers(root)).toEqual(nothing);
  });
});

// These take as long as bpm is patient, 15 and 17 seconds: they run at the same time.
describe.skipIf(!isSandboxed)("bpm stop of a process that ignores its signal", () => {
  test.concurrent("sends QUIT after a while", async () => {
    await using root = new BoshRoot();
    root.job("late", { args: ["signals", "3"] });
    await root.start("late");
    await root.printed("late", "ready");
    expect(await root.bpm(["stop", "late"])).toEqual(success);
    expect(root.stdout("late")).toBe("ready\nsignal 15\nsignal 18\nsignal 3\n");
    expect(root.bpmMessages("late")).not.toContain("failed-to-stop");
    expect(leftovers(root)).toEqual(nothing);
  });

  test.concurrent("kills it in the end, says so in bpm.log, and succeeds", async () => {
    await using root = new BoshRoot();
    root.job("stubborn", { args: ["ignore", "15", "3", "2", "1"] });
    await root.start("stubborn");
    await root.printed("stubborn", "ready");
    expect(await root.bpm(["stop", "stubborn"])).toEqual(success);
    expect(root.bpmMessages("stubborn")).toContain("failed-to-stop");
    expect(leftovers(root)).toEqual(nothing);
  });

  test.concurrent("kills it too when it is the shell's child that ignores", async () => {
    await using root = new BoshRoot();
    root.job("wrapped", script("trap '' TERM QUIT; echo ready; sleep 1000; sleep 1000"));
    await root.start("wrapped");
    await root.printed("wrapped", "ready");
    expect(await root.bpm(["stop", "wrapped"])).toEqual(success);
    expect(leftovers(root)).toEqual(nothing);
  });
});
