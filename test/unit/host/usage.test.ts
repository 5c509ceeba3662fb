import { expect, test } from "bun:test";
import { readUsage } from "../../../src/host/usage.ts";
import { Scratch } from "../lifecycle/fixtures.ts";

test("version 1 counts memory and tasks in two hierarchies", async () => {
  using scratch = new Scratch();
  scratch.write({
    "freezer/freezer.state": "THAWED\n",
    "memory/memory.usage_in_bytes": "1048576\n",
    "memory/memory.max_usage_in_bytes": "2097152\n",
    "memory/memory.limit_in_bytes": "9223372036854771712\n",
    "pids/pids.current": "3\n",
    "pids/pids.max": "max\n",
    "unified/cgroup.procs": "",
  });
  const cgroups = [
    ...["freezer", "memory", "pids"].map(
      (name) => ({ version: 1, directory: scratch.at(name), unit: null }) as const,
    ),
    { version: 2, directory: scratch.at("unified"), unit: null } as const,
  ];
  expect(await readUsage(cgroups)).toEqual({
    memory: { now: 1_048_576, peak: 2_097_152 },
    tasks: { now: 3 },
  });
});

test("version 2 counts all in one leaf", async () => {
  using scratch = new Scratch();
  scratch.write({
    "leaf/memory.current": "4096\n",
    "leaf/memory.peak": "8192\n",
    "leaf/memory.max": "67108864\n",
    "leaf/pids.current": "2\n",
    "leaf/pids.peak": "9\n",
    "leaf/pids.max": "50\n",
  });
  expect(await readUsage([{ version: 2, directory: scratch.at("leaf"), unit: null }])).toEqual({
    memory: { now: 4096, peak: 8192, limit: 67_108_864 },
    tasks: { now: 2, peak: 9, limit: 50 },
  });
});

test("what is not counted, or is gone, is absent", async () => {
  using scratch = new Scratch();
  scratch.write({ "leaf/memory.current": "4096\n", "leaf/memory.max": "max\n" });
  const leaf = { version: 2, directory: scratch.at("leaf"), unit: null } as const;
  expect(await readUsage([leaf])).toEqual({ memory: { now: 4096 }, tasks: {} });
  expect(await readUsage([{ ...leaf, directory: scratch.at("gone") }])).toEqual({
    memory: {},
    tasks: {},
  });
  expect(await readUsage([])).toEqual({ memory: {}, tasks: {} });
});
