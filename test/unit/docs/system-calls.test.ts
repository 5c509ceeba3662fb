/** docs/system-calls.md tells of the policy that the filter is made from. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { page, sections } from "../../support/markdown.ts";

const seccomp = join(import.meta.dir, "../../../zig/src/sandbox/seccomp");

/** What each call of the policy is followed by: "" where it is simply allowed. */
const rules = new Map(
  lines("policy.txt").map((line) => {
    const [name = "", ...rule] = line.split(" ");
    return [name, rule.join(" ")] as const;
  }),
);

/** Calls of versions.txt that came after Linux 5.6. */
const later = new Set(
  lines("versions.txt")
    .map((line) => line.split(/[ .]/))
    .filter(([, major, minor]) => Number(major) > 5 || Number(minor) > 6)
    .map(([name]) => name),
);

function lines(file: string): string[] {
  return readFileSync(join(seccomp, file), "utf8")
    .split("\n")
    .filter((line) => /^[^#]/.test(line));
}

function body(title: string): string {
  const found = sections(page("docs/system-calls.md")).find((section) => section.title === title);
  if (found === undefined) throw new Error(`no section ${title}`);
  return found.body;
}

function rows(markdown: string): string[][] {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.slice(2, -2).split(" | "));
}

function codes(cell = ""): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

test("the rules about arguments are those of the policy", () => {
  const told = rows(body("The rules")).map(([call]) => codes(call)[0] ?? "");
  const kept = [...rules].filter(([, rule]) => rule.includes("=")).map(([name]) => name);
  expect(told.sort()).toEqual(kept.sort());
});

test("the families of sockets are those of the policy", () => {
  const row = rows(body("The rules")).find(([call]) => call === "`socket`");
  const kept = [...(rules.get("socket")?.matchAll(/(AF_\w+)=/g) ?? [])].map(
    ([, name = ""]) => name,
  );
  expect(codes(row?.[1])).toEqual(kept);
});

test("each call of the comparison is answered as it says", () => {
  const table = rows(body("Docker and containerd"));
  const answers = table.flatMap(([calls, , here = ""]) =>
    codes(calls).map((name) => [name, here] as const),
  );
  expect(answers.length).toBeGreaterThan(100);
  const wrong = answers.filter(([name, here]) => {
    const rule = rules.get(name);
    // uretprobe and what came after the compiler's tables are in versions.txt, or nowhere.
    if (here === "`ENOSYS`") return rule !== "enosys" && !(rule === undefined && isLater(name));
    if (here === "`EPERM`" || here === "no such call") return rule !== undefined || later.has(name);
    if (here === "allowed") return rule !== "";
    return !rule?.includes("=");
  });
  expect(wrong).toEqual([]);
});

/** The *at calls of extended attributes came with Linux 6.13, and the compiler knows none yet. */
function isLater(name: string): boolean {
  return later.has(name) || name.endsWith("xattrat");
}
