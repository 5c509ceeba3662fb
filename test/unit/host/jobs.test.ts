import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listJobs } from "../../../src/host/jobs.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "bpm-jobs-"));
});
afterAll(() => rmSync(root, { recursive: true }));

test("a machine without jobs has none", () => {
  expect(listJobs({ root })).toEqual([]);
});

test("lists directories and links, sorted", () => {
  for (const name of ["web", "odd.name", "Api"]) {
    mkdirSync(join(root, "jobs", name), { recursive: true });
  }
  symlinkSync("/nowhere", join(root, "jobs", "linked"));
  expect(listJobs({ root })).toEqual(["Api", "linked", "odd.name", "web"]);
});

test("says what it could not list", () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  expect(() => listJobs({ root: file })).toThrow(/failed to list jobs: .*ENOTDIR/);
});
