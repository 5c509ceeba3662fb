/** The list of protections fits the sources, so that a change to one of them is noticed. */

import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mutations } from "../mutations/list/index.ts";
import { mutate, parseSuite } from "../mutations/mutation.ts";

const top = join(import.meta.dir, "../..");

describe("A protection that a mutation run takes away", () => {
  const rows = mutations.map((row) => [`${row.file}: ${row.protects}`, row] as const);
  test.each(rows)("%s", (_, mutation) => {
    const text = readFileSync(join(top, mutation.file), "utf8");
    expect(mutate(text, mutation)).not.toBe(text);
    expect(mutation.suites).not.toBeEmpty();
    const files = mutation.suites.filter((suite) => suite !== "zig");
    const missing = files
      .map((suite) => parseSuite(suite).file)
      .filter((file) => !existsSync(join(top, file)));
    expect(missing).toEqual([]);
  });

  test("is one of sixty at least, in both languages", () => {
    const zig = mutations.filter(({ file }) => file.startsWith("zig/"));
    expect(mutations.length).toBeGreaterThanOrEqual(60);
    expect(Math.min(zig.length, mutations.length - zig.length)).toBeGreaterThanOrEqual(20);
  });

  test.each([
    ["nowhere", "it is"],
    ["twice", "there there"],
  ])("that is %s fails", (_, text) => {
    const mutation = { protects: "x", file: "y", search: "there", replace: "", suites: ["zig"] };
    expect(() => mutate(text, mutation)).toThrow("places, not one, of: x");
  });
});
