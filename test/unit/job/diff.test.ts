/** Diffs are those that diff(1) makes, or patch(1) makes one text of the other with them. */
import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unifiedDiff } from "../../../src/job/diff.ts";
import { missingCommands } from "../../support/debian.ts";
import { Release } from "./fixtures.ts";

const missing = await missingCommands({ patch: "patch" });
const release = new Release();
afterAll(() => release.remove());

test("a change has lines around it", () => {
  const text = Array.from({ length: 12 }, (_, index) => `${index}\n`).join("");
  expect(unifiedDiff("f", text, text.replace("6\n", "six\n"))).toBe(
    "--- f\n+++ f\n@@ -4,7 +4,7 @@\n 3\n 4\n 5\n-6\n+six\n 7\n 8\n 9\n",
  );
});

test("a file that was not there, or is there no more", () => {
  expect(unifiedDiff("f", undefined, "a\n")).toBe("--- /dev/null\n+++ f\n@@ -0,0 +1,1 @@\n+a\n");
  expect(unifiedDiff("f", "a\n", undefined)).toBe("--- f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n");
  expect(unifiedDiff("f", "", "")).toBe("");
});

/** The same numbers each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 0x7fffffff) / 0x7fffffff;
}

function text(next: () => number): string {
  const length = Math.floor(next() * 30);
  const lines = Array.from({ length }, () => "abcde"[Math.floor(next() * 5)]);
  return lines.map((line) => `${line}\n`).join("") + (next() < 0.3 ? "end" : "");
}

test.skipIf(missing.length > 0)("patch(1) takes any of them (it needs patch)", () => {
  const next = random(7);
  for (let round = 0; round < 60; round += 1) {
    const [before, after] = [text(next), text(next)];
    const diff = unifiedDiff("f", before, after);
    if (diff === "") continue;
    release.write({ f: before, diff });
    const { stderr, exitCode } = Bun.spawnSync(["patch", "--quiet", "--fuzz=0", "f", "diff"], {
      cwd: release.path,
    });
    expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
    expect(readFileSync(join(release.path, "f"), "utf8")).toBe(after);
  }
});
