import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { BoshRoot } from "../../support/bosh-root.ts";
import { probeSleeping } from "../../support/inside.ts";
import { isAlive } from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

describe.skipIf(!isSandboxed)("bpm list", () => {
  test("shows every process of every job in columns that scripts can cut", async () => {
    await using root = new BoshRoot();
    root.job("zebra", probeSleeping);
    root.job("ant", [{ args: ["sleep"] }, { name: "worker", args: ["sleep"] }, { name: "never" }]);
    root.job("mouse", { args: ["exit", "1"] });
    root.job("odd.name", probeSleeping);
    const [ant, worker] = [await root.start("ant"), await root.start("ant", "worker")];
    const mouse = await root.start("mouse");
    await eventually("the mouse's end", () => !isAlive(mouse));
    const width = Math.max(...[ant, worker].map((pid) => String(pid).length));
    const rows = [
      ["ant", String(ant), "running"],
      ["ant.worker", String(worker), "running"],
      ["ant.never", "-", "stopped"],
      ["mouse", "-", "failed"],
      ["odd.name", "-", "stopped"],
      ["zebra", "-", "stopped"],
    ];
    const lines = [["Name", "Pid", "Status"], ...rows].map(([name = "", pid = "", status = ""]) => {
      return `${name.padEnd("ant.worker".length)} ${pid.padEnd(width)} ${status}\n`;
    });
    const expected = { code: 0, stdout: lines.join(""), stderr: "" };
    expect(await root.bpm(["list"])).toEqual(expected);
    expect(await root.bpm(["list", "uaa", "extra"])).toEqual(expected);
  });

  test("shows only the heading where there are no jobs", async () => {
    await using root = new BoshRoot();
    expect((await root.bpm(["list"])).stdout).toBe("Name Pid Status\n");
  });

  test("says which bpm.yml are invalid, one line each, and lists the others", async () => {
    await using root = new BoshRoot();
    root.job("good", probeSleeping);
    root.job("broken", "processes: [");
    root.job("nameless", "processes:\n- executable: /bin/true\n");
    root.job("hup", "processes:\n- name: hup\n  executable: /x\n  shutdown_signal: HUP\n");
    const { code, stdout, stderr } = await root.bpm(["list"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Name Pid Status\ngood -   stopped\n" });
    const lines = stderr.split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.map((line) => line.match(/^invalid config for (\w+): ./)?.[1]).sort()).toEqual([
      "broken",
      "hup",
      "nameless",
    ]);
    expect(stderr).toContain("invalid config: name");
    expect(stderr).toContain("shutdown signal should either be 'TERM' or 'INT'");
  });

  test("lists a process whose memory limit only start refuses", async () => {
    await using root = new BoshRoot();
    root.job("badmem", { args: ["sleep"], limits: { memory: "lots" } });
    const { stdout, stderr } = await root.bpm(["list"]);
    expect({ stdout, stderr }).toEqual({
      stdout: "Name   Pid Status\nbadmem -   stopped\n",
      stderr: "",
    });
  });

  test("shows what runs though its job is gone", async () => {
    await using root = new BoshRoot();
    root.job("ghost", probeSleeping);
    const pid = await root.start("ghost");
    rmSync(root.at("jobs/ghost"));
    expect((await root.bpm(["list"])).stdout).toBe(
      `Name  Pid${" ".repeat(String(pid).length - 3)} Status\nghost ${pid} running\n`,
    );
  });

  test("shows what runs though its process was taken out of bpm.yml", async () => {
    await using root = new BoshRoot();
    root.job("web", [{ args: ["sleep"] }, { name: "old", args: ["sleep"] }]);
    const pid = await root.start("web", "old");
    root.job("web", probeSleeping);
    const { stdout } = await root.bpm(["list"]);
    expect(stdout).toContain(`web.old ${pid} running\n`);
    expect(stdout).toMatch(/^web +- +stopped$/m);
  });

  test("is not disturbed by processes that come and go meanwhile", async () => {
    await using root = new BoshRoot();
    const names = ["a", "b", "c"];
    for (const name of names) root.job(name, probeSleeping);
    const changes = names.flatMap((name) => [root.bpm(["start", name]), root.bpm(["stop", name])]);
    const lists = await Promise.all(Array.from({ length: 6 }, () => root.bpm(["list"])));
    for (const { code, stdout, stderr } of lists) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^Name[^]*\na [^]*\nb [^]*\nc [^]*\n$/);
    }
    await Promise.all(changes);
  });

  test("skips jobs without a bpm.yml", async () => {
    await using root = new BoshRoot();
    root.job("plain", probeSleeping);
    rmSync(root.at("jobs/plain/config/bpm.yml"));
    expect(await root.bpm(["list"])).toEqual({ code: 0, stdout: "Name Pid Status\n", stderr: "" });
  });
});

describe.skipIf(!isSandboxed)("bpm pid", () => {
  const absent = "Error: process is not running or could not be found\n";
  const failure = { code: 1, stdout: "", stderr: absent };

  test("prints the init's pid, whatever process is meant and however", async () => {
    await using root = new BoshRoot();
    root.job("web", [{ args: ["sleep"] }, { name: "worker", args: ["sleep"] }]);
    const [web, worker] = [await root.start("web"), await root.start("web", "worker")];
    const asked = [
      ["web"],
      ["web", "-p", "web"],
      ["web", "--process=worker"],
      ["web", "more", "-pworker"],
    ];
    const answers = await Promise.all(asked.map((words) => root.bpm(["pid", ...words])));
    expect(answers.map(({ stdout }) => Number(stdout))).toEqual([web, web, worker, worker]);
  });

  test.each(["stopped", "failed", "nosuch"])("of a %s process fails", async (name) => {
    await using root = new BoshRoot();
    root.job("stopped", probeSleeping);
    root.job("failed", { args: ["exit", "0"] });
    const failed = await root.start("failed");
    await eventually("its end", () => !isAlive(failed));
    expect(await root.bpm(["pid", name])).toEqual(failure);
  });

  test("needs neither bpm.yml nor pidfile", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    root.job("web", "processes: [");
    rmSync(root.at("sys/run/bpm/web/web.pid"));
    expect(await root.bpm(["pid", "web"])).toEqual({ code: 0, stdout: `${pid}\n`, stderr: "" });
  });

  test("of another job's process that happens to have the recorded pid fails", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    const state = JSON.parse(root.read("sys/run/bpm-state/bpm-web/state.json")) as object;
    const recycled = JSON.stringify({ ...state, start_time: "1" });
    root.write("sys/run/bpm-state/bpm-web/state.json", recycled, 0o600);
    expect(await root.bpm(["pid", "web"])).toEqual(failure);
    root.write("sys/run/bpm-state/bpm-web/state.json", JSON.stringify(state), 0o600);
    expect((await root.bpm(["pid", "web"])).stdout).toBe(`${pid}\n`);
  });
});
