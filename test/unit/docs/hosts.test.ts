/** docs/hosts.md has every problem that `bpm doctor` knows, and no other. */
import { expect, test } from "bun:test";
import { examine } from "../../../src/doctor/examine.ts";
import { elsewhere, lacks } from "../../failures/protections.ts";
import { page, sections } from "../../support/markdown.ts";
import { facts } from "../doctor/fixtures.ts";
import { groups } from "../doctor/rows.ts";

test("the table of problems", () => {
  const hosts = groups.flatMap(([, rows]) => rows.map(([, different]) => facts(different)));
  const findings = hosts.flatMap(examine).flatMap((section) => section.findings);
  const known = findings
    .filter(({ level }) => level === "problem")
    // What the kernel cannot do is named after the feature.
    .map(({ code }) => (code.startsWith("no-") && code !== "no-user" ? "no-FEATURE" : code));
  const text = sections(page("docs/hosts.md")).find(({ title }) => title.endsWith("doctor` says"));
  const [, table = ""] = text?.body.split("| Code |") ?? [];
  const told = [...table.matchAll(/^\| `([a-zA-Z-]+)` \|/gm)].map(([, code = ""]) => code);
  expect([...new Set(known)].sort()).toEqual(told.sort());
});

test("the table of protections has each that is tried to do without, and no other", () => {
  const table =
    sections(page("docs/hosts.md")).find(({ title }) => title === "What each protection needs")
      ?.body ?? "";
  const told = table
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map((line) => (line.slice(2).split(" | ")[0] ?? "").replaceAll("`", ""));
  const tried = [...lacks.map(({ protection }) => protection), ...Object.keys(elsewhere)];
  expect([...new Set(tried)].sort()).toEqual(told.sort());
});
