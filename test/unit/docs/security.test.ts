/** Each promise of SECURITY.md is held by a test that there is. */

import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { page, sections } from "../../support/markdown.ts";
import { projectDirectory } from "../../support/product.ts";

const text = page("SECURITY.md");

function rowsBelow(title: string): string[] {
  const body = sections(text).find((section) => section.title === title)?.body ?? "";
  return body
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2);
}

const promises = rowsBelow("What is promised");
const classes = rowsBelow("Classes of vulnerabilities of others");

/** `test/FILE`: "words of the test's name" */
const reference = /`(test\/[^`]+)`: "([^"]+)"/;

describe("SECURITY.md", () => {
  test.each([...promises, ...classes])("names a test that there is: %s", (row) => {
    const [, file = "", name = ""] = reference.exec(row) ?? [];
    expect(row).toMatch(reference);
    expect(existsSync(join(projectDirectory, file))).toBe(true);
    // Of rows of a table, the name is in the file without what stands for the row.
    expect(readFileSync(join(projectDirectory, file), "utf8")).toContain(name);
  });

  test("has promises, and answers the known classes", () => {
    expect(promises.length).toBeGreaterThan(20);
    const known = [
      "CVE-2016-9962",
      "CVE-2019-5736",
      "CVE-2021-30465",
      "CVE-2024-21626",
      "CVE-2025-31133",
      "CVE-2025-52565",
      "CVE-2025-52881",
      "CVE-2026-31431",
    ];
    expect(known.filter((name) => !classes.join("\n").includes(name))).toEqual([]);
  });
});
