/** What was noted down and is damaged is not taken for a note. */

import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEntry } from "../../../../src/lifecycle/state/entry.ts";
import { readState } from "../../../../src/lifecycle/state/state.ts";

const directory = mkdtempSync(join(tmpdir(), "bpm-notes-"));
afterAll(() => rmSync(directory, { recursive: true }));

const identity = { pid: 4711, start_time: "1", boot_id: "b" };
const cgroup = { version: 1, directory: "/sys/fs/cgroup/pids/bpm-web", unit: null };
const state = {
  ...{ id: "bpm-web", job: "web", process: "web", kind: "start", status: "running" },
  ...identity,
  ...{ shutdown_signal: "TERM", cgroups: [cgroup], creator: identity },
  created: "2026-01-01T00:00:00.000Z",
};

describe("A state", () => {
  const stateWith = (change: object) => {
    writeFileSync(join(directory, "state.json"), JSON.stringify({ ...state, ...change }));
    return readState(directory);
  };

  test("that is whole is read", () => {
    expect(stateWith({})).toEqual(state as never);
  });

  // The core would refuse to act on them, so that nothing could ever be cleaned up.
  const damaged: [what: string, change: object][] = [
    ["a pid of 0", { pid: 0 }],
    ["a negative pid", { pid: -1 }],
    ["a pid that no process has", { pid: 2 ** 31 }],
    ["a creator's pid of 0", { creator: { ...identity, pid: 0 } }],
    ["a start time with a NUL", { start_time: "1\0" }],
    ["a cgroup at no path", { cgroups: [{ ...cgroup, directory: "" }] }],
    ["a cgroup at a relative path", { cgroups: [{ ...cgroup, directory: "bpm-web" }] }],
    ["a cgroup at a path with a NUL", { cgroups: [{ ...cgroup, directory: "/a\0" }] }],
    ["a unit with a NUL", { cgroups: [{ ...cgroup, unit: "a\0" }] }],
  ];
  test.each(damaged)("with %s is unreadable", (_, change) => {
    expect(stateWith(change)).toBe("unreadable");
  });
});

describe("A note of how to enter", () => {
  const confinement = {
    ...{ workdir: "/", uid: 1, gid: 1, capabilities: [], no_new_privileges: true, seccomp: true },
    rlimits: [],
  };

  test.each([["A=1"], [[{}]], [[null]], [["A=1", 2]], [{}]])("with the environment %j", (env) => {
    const entry = { env, host_pid_namespace: false, confinement };
    writeFileSync(join(directory, "entry.json"), JSON.stringify(entry));
    expect(readEntry(directory)).toBeUndefined();
  });
});
