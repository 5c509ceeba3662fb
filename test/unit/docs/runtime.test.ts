/** docs/runtime.md tells of the sandbox that is planned. */
import { describe, expect, test } from "bun:test";
import { processPaths } from "../../../src/bosh/process-paths.ts";
import { maskedPaths, readonlyPaths } from "../../../src/plan/covered-paths.ts";
import { deviceNodes, deviceSymlinks } from "../../../src/plan/devices.ts";
import { page, sections } from "../../support/markdown.ts";
import { config, facts, plan } from "../plan/fixtures.ts";

const text = page("docs/runtime.md");
const { launch } = plan({
  paths: processPaths({ root: "/var/vcap" }, "JOB", "PROCESS"),
  config: config({ ephemeralDisk: true, persistentDisk: true }),
  facts: facts(),
});

function body(title: string): string {
  const found = sections(text).find((section) => section.title === title);
  if (found === undefined) throw new Error(`docs/runtime.md has no section ${title}`);
  return found.body;
}

/** The cells of a table's rows, code marks taken off. */
function rows(markdown: string): string[][] {
  const lines = markdown
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2);
  return lines.map((line) => {
    return line
      .slice(2, -2)
      .split(" | ")
      .map((cell) => cell.replaceAll("`", ""));
  });
}

/** Paths that a text has as code. */
function codePaths(markdown: string): string[] {
  return [...markdown.matchAll(/`(\/[^`]*)`/g)].map(([, path = ""]) => path);
}

test("the table of mounts", () => {
  const word = (is: boolean) => (is ? "yes" : "no");
  const planned = launch.mounts.map((mount) =>
    [mount.target, word(!mount.read_only), word(!mount.no_exec)].join(" "),
  );
  const told = rows(body("Files")).map(([path, , writable, runs]) => {
    return [path, writable, runs].join(" ");
  });
  expect(told.sort()).toEqual(planned.sort());
});

test("the devices", () => {
  const [paragraph = ""] = body("Devices").split(", and no more.");
  const planned = [...deviceNodes, ...deviceSymlinks].map(({ path }) => path);
  expect(
    codePaths(paragraph)
      .filter((path) => path !== "/dev")
      .sort(),
  ).toEqual(planned.sort());
});

describe("what is hidden", () => {
  const [masked = "", readOnly = ""] = body("What is hidden").split("\n\n");
  test.each([
    ["masked", masked, maskedPaths],
    ["read-only", readOnly, readonlyPaths],
  ])("%s", (_, paragraph, paths) => {
    expect(codePaths(paragraph).sort()).toEqual([...paths].sort());
  });
});

test("the environment", () => {
  expect(rows(body("Environment")).map((cells) => cells.join("="))).toEqual([...launch.env]);
});

test("the working directory and the number of open files", () => {
  expect(body("Environment")).toContain(`working directory is \`${launch.workdir}\``);
  expect(body("Limits")).toContain(`the limit is ${launch.rlimits[0]?.soft}, or`);
});
