/** `bpm list` and `bpm pid`, with states of processes that live, died or never were. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { containerId } from "../../../src/bosh/container-id.ts";
import { ownIdentity } from "../../../src/lifecycle/kernel.ts";
import { writeState } from "../../../src/lifecycle/notes.ts";
import type { ProcessState } from "../../../src/lifecycle/state.ts";

const main = join(import.meta.dir, "../../../src/main.ts");
const asRoot = test.skipIf(process.geteuid?.() !== 0);
const pid = process.pid;
const identity = await ownIdentity();

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
  state("web", "worker", {});
  state("odd.name", "odd.name", {});
  state("dead", "dead", { start_time: "1" });
  state("starting", "starting", { status: "creating" });
  state("gone", "extra", {});
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function job(name: string, config: string): void {
  mkdirSync(join(root, "jobs", name, "config"), { recursive: true });
  writeFileSync(join(root, "jobs", name, "config/bpm.yml"), config);
}

/** Notes down the test itself as the process. */
function state(jobName: string, processName: string, fields: Partial<ProcessState>): void {
  const id = containerId(jobName, processName);
  const directory = join(root, "sys/run/bpm-state", id);
  mkdirSync(directory, { recursive: true });
  writeState(directory, {
    id,
    job: jobName,
    process: processName,
    kind: "start",
    status: "running",
    ...identity,
    shutdown_signal: "TERM",
    creator: identity,
    cgroups: [],
    created: "2026-11-22T00:00:00Z",
    ...fields,
  });
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
    expect(stdout).toBe([
      row("Name", "Pid", "Status"),
      row("dead", "-", "failed"),
      row("odd.name", String(pid), "running"),
      row("starting", "-", "creating"),
      row("web", "-", "stopped"),
      row("web.worker", String(pid), "running"),
      row("gone.extra", String(pid), "running"),
    ].join(""));
    expect(exitCode).toBe(0);
    const file = join(root, "jobs/broken/config/bpm.yml");
    const complaints = stderr.trimEnd().split("\n");
    expect(complaints.length).toBe(2);
    for (const complaint of complaints) {
      expect(complaint).toStartWith(`invalid config for broken: ${file}:1:`);
    }
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
