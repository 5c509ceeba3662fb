/** `bpm list` and `bpm pid`, with states of processes that live, died or never were. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { containerId } from "../../../src/bosh/container-id.ts";
import { ownIdentity } from "../../../src/host/process.ts";
import type { ProcessState } from "../../../src/lifecycle/state/state.ts";
import { state } from "../../unit/lifecycle/fixtures.ts";

const main = join(import.meta.dir, "../../../src/main.ts");
const asRoot = test.skipIf(process.geteuid?.() !== 0);
const pid = process.pid;
const identity = await ownIdentity();
const startedMs = Date.parse(state().created);

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "bpm-list-"));
  job("web", "processes: [{name: web, executable: /w}, {name: worker, executable: /w}]\n");
  job("odd.name", "processes: [{name: odd.name, executable: /w}]\n");
  job("dead", "processes: [{name: dead, executable: /w}]\n");
  job("starting", "processes: [{name: starting, executable: /w}]\n");
  job("broken", "processes: [{name: '', executable: ''}]\n");
  job("empty", "");
  mkdirSync(join(root, "jobs/no-bpm-yml"));
  writeFileSync(join(root, "jobs/README"), "");
  note("web", "worker", { cgroups: [{ version: 2, directory: join(root, "leaf"), unit: null }] });
  note("odd.name", "odd.name", {});
  const dead = note("dead", "dead", { start_time: "1" });
  const record = { exit_code: 3, signal: null, oom_killed: false, ended_ms: startedMs + 5_000 };
  writeFileSync(join(dead, "exit.json"), JSON.stringify(record));
  note("starting", "starting", { status: "creating" });
  note("gone", "extra", {});
  mkdirSync(join(root, "leaf"));
  const counters = { "memory.current": 1 << 20, "memory.max": 64 << 20, "pids.current": 3 };
  for (const [name, value] of Object.entries(counters)) {
    writeFileSync(join(root, "leaf", name), `${value}\n`);
  }
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function job(name: string, config: string): void {
  mkdirSync(join(root, "jobs", name, "config"), { recursive: true });
  writeFileSync(join(root, "jobs", name, "config/bpm.yml"), config);
}

/** Notes down the test itself as the process; returns the state's directory. */
function note(jobName: string, processName: string, fields: Partial<ProcessState>): string {
  const id = containerId(jobName, processName);
  const directory = join(root, "sys/run/bpm-state", id);
  mkdirSync(directory, { recursive: true });
  const names = { id, job: jobName, process: processName };
  const noted = state({ ...names, ...identity, creator: identity, ...fields });
  writeFileSync(join(directory, "state.json"), JSON.stringify(noted));
  return directory;
}

function bpm(...argv: string[]) {
  const env = { ...process.env, BPM_BOSH_ROOT: root };
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, main, ...argv], { env });
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

describe("list", () => {
  asRoot("shows every process in columns, and complains about what it cannot read", () => {
    const { exitCode, stdout, stderr } = bpm("list", "web");
    const width = Math.max("Pid".length, String(pid).length);
    const row = (name: string, number: string, status: string) =>
      `${name.padEnd(11)}${number.padEnd(width + 1)}${status}\n`;
    expect(stdout).toBe(
      [
        row("Name", "Pid", "Status"),
        row("dead", "-", "failed"),
        row("odd.name", String(pid), "running"),
        row("starting", "-", "creating"),
        row("web", "-", "stopped"),
        row("web.worker", String(pid), "running"),
        row("gone.extra", String(pid), "running"),
      ].join(""),
    );
    expect(exitCode).toBe(0);
    const file = join(root, "jobs/broken/config/bpm.yml");
    const complaints = stderr.trimEnd().split("\n");
    expect(complaints.length).toBe(2);
    for (const complaint of complaints) {
      expect(complaint).toStartWith(`invalid config for broken: ${file}:1:`);
    }
  });
});

describe("list --wide", () => {
  asRoot("adds what is used, and why a process is no more", () => {
    const { exitCode, stdout } = bpm("list", "--wide");
    expect(exitCode).toBe(0);
    const [heading, ...lines] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/ +/));
    expect(heading).toEqual([
      "Name",
      "Pid",
      "Status",
      "Uptime",
      "Memory",
      "Peak",
      "Limit",
      "Tasks",
      "Ended",
      "Reason",
    ]);
    const rows = new Map(lines.map(([name, ...cells]) => [name, cells]));
    expect(rows.get("dead")?.join(" ")).toBe(
      "- failed 5s - - - - 2026-11-22T00:00:05Z exit status 3",
    );
    expect(rows.get("web")).toEqual(["-", "stopped", ...Array<string>(7).fill("-")]);
    const [, , uptime, ...usage] = rows.get("web.worker") ?? [];
    // That of the test, whatever the state says about the clock.
    expect(uptime).toMatch(/^(\d+m)?[\d.]+s$/);
    expect(usage).toEqual(["1M", "-", "64M", "3", "-", "-"]);
  });
});

describe("list --json", () => {
  asRoot("has every field of every process", () => {
    const { exitCode, stdout } = bpm("list", "--json");
    expect(exitCode).toBe(0);
    const { processes } = JSON.parse(stdout);
    const nothing = { now: null, peak: null, limit: null };
    const unknown = { memory: nothing, tasks: nothing, cgroups: [], ended: null };
    expect(processes).toHaveLength(6);
    expect(processes[0]).toEqual({
      name: "dead",
      job: "dead",
      process: "dead",
      status: "failed",
      pid: null,
      started: state().created,
      ran_seconds: 5,
      ...unknown,
      ended: {
        at: "2026-11-22T00:00:05.000Z",
        exit_status: 3,
        signal: null,
        out_of_memory: false,
        reason: "exit status 3",
      },
    });
    const names = { name: "web", job: "web", process: "web" };
    const never = { status: "stopped", pid: null, started: null, ran_seconds: null };
    expect(processes[3]).toEqual({ ...names, ...never, ...unknown });
    expect(processes[4]).toMatchObject({
      name: "web.worker",
      process: "worker",
      status: "running",
      pid,
      memory: { now: 1 << 20, peak: null, limit: 64 << 20 },
      tasks: { now: 3, peak: null, limit: null },
      cgroups: [join(root, "leaf")],
      ended: null,
    });
  });
});

describe("pid", () => {
  asRoot.each(["odd.name", "web -p worker", "gone --process=extra"])(
    "is printed for what runs: %s",
    (line) => {
      expect(bpm("pid", ...line.split(" "))).toEqual({
        exitCode: 0,
        stdout: `${pid}\n`,
        stderr: "",
      });
    },
  );

  asRoot.each(["web", "web -p nosuch", "nosuch", "dead", "starting", "broken"])(
    "is refused for what does not: %s",
    (line) => {
      expect(bpm("pid", ...line.split(" "))).toEqual({
        exitCode: 1,
        stdout: "",
        stderr: "Error: process is not running or could not be found\n",
      });
    },
  );
});
