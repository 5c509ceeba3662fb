/** The compiler tells each difference between the two languages, on copies that were changed. */

import { describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { projectDirectory, zigProgram } from "../support/product.ts";

const checked = [
  "test/contract/contract.ts",
  "src/core/hints.ts",
  "src/doctor/examine/kernel.ts",
].map((file) => join(projectDirectory, file));

const zig = "zig/zig-out/contract.ts";
const documents = "src/core/documents.ts";
const launchPlan = "src/plan/launch-plan.ts";

type Changes = Readonly<Record<string, string>>;

const tsconfig = readFileSync(join(projectDirectory, "tsconfig.json"), "utf8");
const options: ts.CompilerOptions = {
  ...ts.parseConfigFileTextToJson("tsconfig.json", tsconfig).config.compilerOptions,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.esnext.d.ts"],
  types: [],
};

const parsed = new Map<string, ts.SourceFile | undefined>();

/** What tsc says of the contract where some files have another text. */
function complaints(changes: Changes): string {
  const host = ts.createCompilerHost(options);
  const original = host.getSourceFile.bind(host);
  host.getSourceFile = (file, version) => {
    const text = changes[file];
    if (text !== undefined) return ts.createSourceFile(file, text, version);
    if (!parsed.has(file)) parsed.set(file, original(file, version));
    return parsed.get(file);
  };
  const program = ts.createProgram(checked, options, host);
  const found = checked.flatMap((file) => {
    return program.getSemanticDiagnostics(program.getSourceFile(file));
  });
  return found.map((one) => ts.flattenDiagnosticMessageText(one.messageText, "\n")).join("\n");
}

/** One place in one file that is to be different; it has to be there. */
function changed(file: string, from: string | RegExp, to: string): Changes {
  const path = join(projectDirectory, file);
  const before = readFileSync(path, "utf8");
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${file} has no ${from}`);
  return { [path]: after };
}

test("The contract holds", () => {
  expect(complaints({})).toBe("");
});

describe("A field that Zig", () => {
  test.each([
    ["renames", "readonly read_only: boolean", "readonly readonly: boolean", "read_only"],
    ["drops", "readonly masked_paths: readonly (string)[];", "", "masked_paths"],
    ["drops from a list", "readonly no_exec: boolean;", "", "no_exec"],
    ["adds", "readonly wait: boolean;", "readonly wait: boolean; more: 1;", "lock.more"],
    ["requires", "readonly mode?: number;", "readonly mode: number;", "steps[].mode"],
    ["makes a number", "refuge: string | null", "refuge: number | null", "refuge"],
    ["takes no null for", "unit: string | null", "unit: string", "cgroups[].unit"],
    ["takes no list for", "keep: readonly (number)[]", "keep: number", "become.keep"],
    ["answers no more", "readonly pidfd: number;", "", "pidfd"],
    ["answers with null", "readonly gone: boolean", "readonly gone: boolean | null", "gone"],
    ["renames in a failure", "readonly errno: number;\n}", "readonly code: number;\n}", "errno"],
    ["renames for the supervisor", "readonly failure_prefix", "readonly prefix", "failure_prefix"],
    ["renames in an entrance", "readonly terminal", "readonly tty", "terminal"],
    ["drops from an exit record", "readonly oom_killed: boolean;", "", "oom_killed"],
    ["renames among kinds of mounts", /\| "mqueue" /g, '| "queue" ', "mounts[].type"],
    ["renames among features", '| "keyring" ', '| "keyrings" ', "keyring"],
    ["adds to the features", '| "keyring" ', '| "keyring" | "landlock" ', "landlock"],
    ["renames among steps", '| "start scope" ', '| "scope" ', "start scope"],
    ["gives a call of its own", "readonly lock: {", "unlock: {}; readonly lock: {", "unlock"],
  ])("%s is named", (_, from, to, name) => {
    expect(complaints(changed(zig, from, to))).toContain(name);
  });
});

describe("A field that TypeScript", () => {
  test.each([
    ["renames", launchPlan, "readonly read_only:", "readonly readonly:", "read_only"],
    ["drops", launchPlan, /readonly masked_paths.*\n/, "", "masked_paths"],
    ["adds", documents, "wait: boolean;", "wait: boolean; more: 1;", "lock.more"],
    ["adds as optional", documents, "wait: boolean;", "wait: boolean; more?: 1;", "lock.more"],
    ["adds to one kind of step", launchPlan, 'kind: "shared";', 'kind: "shared"; more: 1;', "more"],
    ["drops from an answer", documents, "readonly pidfd: number;", "", "pidfd"],
    ["renames in an exit record", documents, "readonly ended_ms", "readonly ended", "ended_ms"],
    ["renames for a program", documents, "stdout_log:", "log:", "stdout_log"],
  ])("%s is named", (_, file, from, to, name) => {
    expect(complaints(changed(file, from, to))).toContain(name);
  });
});

test("What is compared is what Zig's structures are", () => {
  const directory = mkdtempSync(join(tmpdir(), "bpm-contract-"));
  try {
    cpSync(join(projectDirectory, "zig/src"), directory, { recursive: true });
    const plan = join(directory, "documents/plan.zig");
    const source = readFileSync(plan, "utf8");
    writeFileSync(plan, source.replace("    masked_paths:", "    covered:"));
    const { stdout, stderr, success } = Bun.spawnSync([
      zigProgram,
      "run",
      join(directory, "contract.zig"),
    ]);
    if (!success) throw new Error(stderr.toString());
    const found = complaints({ [join(projectDirectory, zig)]: stdout.toString() });
    expect(found).toContain("plan.masked_paths");
    expect(found).toContain("plan.covered");
  } finally {
    rmSync(directory, { recursive: true });
  }
});
