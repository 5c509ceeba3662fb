/** docs/jobs.md has every rule of `bpm job lint`, in the words of its list. */
import { expect, test } from "bun:test";
import { rules } from "../../../src/job/rules/index.ts";
import { renderedRules } from "../../../src/job/rules/rendered.ts";
import { page, sections } from "../../support/markdown.ts";

test("the table of rules", () => {
  const section = sections(page("docs/jobs.md")).find(({ title }) => title === "Check jobs");
  const found = section?.body.matchAll(/^\| `([a-z-]+)` \| (\w+) \| (.*) \|$/gm) ?? [];
  const rows = [...found].map((row) => row.slice(1));
  const known = [...rules, ...renderedRules];
  expect(rows).toEqual(known.map(({ name, severity, summary }) => [name, severity, summary]));
});
