/** What was noted down: damaged in any way, it is used for what it is or not at all. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasEnded } from "../../../src/lifecycle/state/ending.ts";
import { readEntry } from "../../../src/lifecycle/state/entry.ts";
import { readState } from "../../../src/lifecycle/state/state.ts";
import { mutateJson, spoil } from "../generate.ts";
import { require, type Target } from "../target.ts";

const directory = mkdtempSync(join(tmpdir(), "bpm-fuzz-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));

const identity = { pid: 4711, start_time: "123456", boot_id: "0b1c" };
const state = {
  ...{ id: "bpm-web", job: "web", process: "web", kind: "start", status: "running" },
  ...identity,
  shutdown_signal: "TERM",
  cgroups: [{ version: 1, directory: "/sys/fs/cgroup/pids/bpm-web-1", unit: null }],
  creator: identity,
  created: "2026-01-01T00:00:00.000Z",
};
const entry = {
  env: ["A=1"],
  host_pid_namespace: false,
  confinement: {
    ...{ workdir: "/", uid: 2000, gid: 3000, capabilities: [10] },
    ...{ no_new_privileges: true, seccomp: true },
    rlimits: [{ resource: "nofile", soft: "1024", hard: "1024" }],
  },
};
const exit = { exit_code: 3, signal: null, oom_killed: false, ended_ms: 1_700_000_000_000 };
const words = ["null", "{}", "[]", '"', "0", "-1", "1e999", ":", ","] as const;

/** A file of a state directory that is read by `read`. */
function note(name: string, file: string, sample: unknown, read: () => void): Target {
  return {
    name,
    generate: (dice) => {
      const text = JSON.stringify(mutateJson(dice, sample)) ?? "";
      return dice.roll(3) === 0 ? spoil(dice, text, words) : text;
    },
    check: (text) => {
      writeFileSync(join(directory, file), text);
      read();
    },
  };
}

export const states = note("state.json", "state.json", state, () => {
  const found = readState(directory);
  if (found === undefined || found === "unreadable") return;
  require(Number.isSafeInteger(found.pid) && Number.isSafeInteger(found.creator.pid), "a pid");
  require(found.pid > 0 && found.creator.pid > 0, `no process has the number ${found.pid}`);
  for (const cgroup of found.cgroups) {
    require(cgroup.directory.startsWith("/"), `a cgroup at ${JSON.stringify(cgroup.directory)}`);
  }
});

export const entries = note("entry.json", "entry.json", entry, () => {
  const found = readEntry(directory);
  if (found === undefined) return;
  require(found.env.every((text) => typeof text === "string"), "a variable that is no text");
  require(Object.keys(found.confinement).length === 7, "another confinement");
});

export const exits = note("exit.json", "exit.json", exit, () => {
  require(typeof hasEnded(directory) === "boolean", "neither ended nor not");
});
