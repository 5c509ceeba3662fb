import { expect, test } from "bun:test";
import { containerId, encodeName } from "../../../src/bosh/container-id.ts";

test.each([
  ["web", "web", "bpm-web"],
  ["web", "worker", "bpm-web.2eworker"],
  ["odd.name", "odd.name", "bpm-odd.2ename"],
  ["Upper_case-9", "Upper_case-9", "bpm-Upper_case-9"],
  ["ü", "ü", "bpm-.c3.bc"],
  ["a b", "a\n", "bpm-a.20b.2ea.0a"],
])("%p's process %p has the id %s", (job, process, id) => {
  expect(containerId(job, process)).toBe(id);
});

test("different names never share an id", () => {
  expect(encodeName("a.2e")).not.toBe(encodeName("a."));
});
