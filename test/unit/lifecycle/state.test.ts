import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readState } from "../../../src/lifecycle/state/state.ts";
import { state } from "./fixtures.ts";

test("of cgroups that a later version has noted down, what the core knows remains", () => {
  const directory = mkdtempSync(join(tmpdir(), "bpm-state-"));
  const cgroup = { version: 2, directory: "/sys/fs/cgroup/x", unit: null } as const;
  const later = { ...state(), since: 1, cgroups: [{ ...cgroup, weight: 1 }] };
  writeFileSync(join(directory, "state.json"), JSON.stringify(later));
  const found = readState(directory);
  rmSync(directory, { recursive: true });
  expect(found).toMatchObject({ status: later.status });
  expect(typeof found === "object" && found.cgroups).toEqual([cgroup]);
});
