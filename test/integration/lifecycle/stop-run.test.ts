/** `bpm stop` against a `bpm run` of the same process, which holds the lifecycle lock. */
import { describe, expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { BoshRoot } from "../../support/bosh-root.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { exitStatus, mustRun, plainEnvironment } from "../../support/command.ts";
import { probeSleeping, script } from "../../support/inside.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

const success = { code: 0, stdout: "", stderr: "" };

describe.skipIf(!isSandboxed)("A stop ends a run", () => {
  test("with its shutdown signal, and tells bpm.log", async () => {
    await using root = new BoshRoot();
    root.job("errand", { args: ["signals", "2"], shutdown_signal: "INT" });
    const running = root.spawn(["run", "errand"]);
    await root.printed("errand", "ready");
    expect(await root.bpm(["stop", "errand"])).toEqual(success);
    await running.exited;
    expect(exitStatus(running)).toBe(0);
    expect(root.stdout("errand")).toBe("ready\nsignal 2\n");
    expect(root.bpmMessages("errand")).toContain("ending-run");
    expect(root.bpmMessages("errand")).not.toContain("job-already-stopped");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("whose exit status is that of the signal", async () => {
    await using root = new BoshRoot();
    root.job("errand", probeSleeping);
    const running = root.spawn(["run", "errand"]);
    await root.printed("errand", "ready");
    await root.stop("errand");
    await running.exited;
    expect(exitStatus(running)).toBe(143);
  });

  test("whose output nobody reads", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("echo ready; seq 1 200000; sleep 1000"));
    const fifo = root.at("fifo");
    await mustRun(["mkfifo", fifo]);
    const unread = openSync(fifo, "r+");
    const running = Bun.spawn([root.bpmProgram, "run", "errand"], {
      env: { ...plainEnvironment, ...root.environment() },
      cwd: "/",
      stdio: ["ignore", unread, unread],
    });
    await root.printed("errand", "ready");
    expect(await root.bpm(["stop", "errand"])).toEqual(success);
    await running.exited;
    closeSync(unread);
    expect(leftovers(root)).toEqual(nothing);
  });

  test("that is suspended", async () => {
    await using root = new BoshRoot();
    root.job("errand", probeSleeping);
    const running = root.spawn(["run", "errand"]);
    await root.printed("errand", "ready");
    running.kill("SIGSTOP");
    expect(await root.bpm(["stop", "errand"])).toEqual(success);
    await running.exited;
    expect(leftovers(root)).toEqual(nothing);
  });

  test("and one that waited for it can be ended, too", async () => {
    await using root = new BoshRoot();
    root.job("errand", { args: ["signals"] });
    const [first, second] = [root.spawn(["run", "errand"]), root.spawn(["run", "errand"])];
    await root.printed("errand", "ready");
    await eventually("the second to wait", () => {
      return (
        root.bpmMessages("errand").filter((text) => {
          return text === "acquiring-lifecycle-lock.starting";
        }).length === 2
      );
    });
    await root.stop("errand");
    await Promise.race([first.exited, second.exited]);
    await eventually("the end of both", async () => {
      await root.stop("errand");
      return first.exitCode !== null && second.exitCode !== null;
    });
    expect(leftovers(root)).toEqual(nothing);
  });
});

describe.skipIf(!isSandboxed)("A stop goes by what was noted down", () => {
  const useless = [
    ["lacks the process", "processes: [{name: x, executable: /x}]", "process-not-defined"],
    ["is empty", "", "process-not-defined"],
    ["is invalid", "processes: [", "failed-to-parse-config"],
  ] as const;
  test.each(useless)("when bpm.yml %s", async (_, config, message) => {
    await using root = new BoshRoot();
    root.job("web", { args: ["signals", "2"], shutdown_signal: "INT" });
    await root.start("web");
    await root.printed("web", "ready");
    root.job("web", config);
    expect(await root.bpm(["stop", "web"])).toEqual(success);
    expect(root.stdout("web")).toBe("ready\nsignal 2\n");
    expect(root.bpmMessages("web")).toContain(message);
    expect(leftovers(root)).toEqual(nothing);
    expect(await root.bpm(["stop", "web"])).toEqual(success);
    expect(root.bpmMessages("web")).toContain("job-already-stopped");
  });
});
