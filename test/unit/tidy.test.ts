/** Rules of the house that a machine can hold: sizes, directions of imports, words. */

import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

const top = dirname(dirname(import.meta.dirname));
const ownPath = relative(top, import.meta.path);

function sources(...patterns: string[]): string[] {
  return patterns.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: top })]).sort();
}

const read = (file: string) => readFileSync(join(top, file), "utf8");

const product = sources("src/**/*.ts", "build.ts", "build/*.ts");
const tests = sources("test/**/*.ts").filter((file) => !file.startsWith("test/.cache"));
const typescript = [...product, ...tests].filter((file) => file !== ownPath);
const zig = sources("zig/build.zig", "zig/src/**/*.zig", "test/probe/*.zig");

/** The parts of src and what each may import besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["cli", "commands", "report"],
  commands: [
    "cli",
    "job",
    "doctor",
    "trace",
    "logs",
    "lifecycle",
    "lint",
    "plan",
    "host",
    "config",
    "bosh",
    "report",
  ],
  cli: ["bosh", "report"],
  job: ["lint", "config", "bosh", "report"],
  doctor: ["lifecycle", "plan", "host", "config", "bosh", "core", "report"],
  trace: ["lifecycle", "host", "bosh", "core", "report"],
  logs: ["report"],
  lifecycle: ["plan", "host", "config", "bosh", "core", "report"],
  lint: ["plan", "host", "config", "bosh", "report"],
  plan: ["host", "config", "bosh", "report"],
  host: ["bosh", "core", "report"],
  config: ["bosh", "core", "report"],
  bosh: ["report"],
  core: ["report"],
  report: [],
};

/** The parts of zig/src, and what each may import besides itself; a root may import everything. */
const zigMayImport: Readonly<Record<string, readonly string[]>> = {
  enter: ["sandbox", "cgroup", "exec", "relay", "documents", "kernel"],
  supervise: ["cgroup", "relay", "documents", "kernel"],
  init: ["exec", "documents", "kernel"],
  perform: ["host", "sandbox", "cgroup", "documents", "kernel"],
  host: ["sandbox", "cgroup", "exec", "documents", "kernel"],
  sandbox: ["host", "cgroup", "documents", "kernel"],
  cgroup: ["documents", "kernel"],
  exec: ["documents", "kernel"],
  relay: ["documents", "kernel"],
  // A failure is a document, and has an errno.
  documents: ["kernel"],
  kernel: ["documents"],
};

/** A file of src without the imports of types, and of macros, which run when bpm is built. */
const source = (file: string) =>
  read(join("src", file)).replace(/^import (type [^;]*|[^;]* with \{ type: "macro" \});$/gm, "");

/** The files of src that have to be loaded before a file of src can be. */
function staticImports(file: string): string[] {
  const statements = source(file).matchAll(
    /^(?:import|export)\b(?! type)[^;]*? from "(\.[^"]*)"/gm,
  );
  return [...statements].map(([, path = ""]) => join(dirname(file), path));
}

/** What a file of src imports of src when it runs: types cost nothing and are not counted. */
function imports(file: string): string[] {
  const statements = read(file).matchAll(/^(?:import|export)\b(?! type)[^;]*? from "(\.[^"]*)"/gm);
  const calls = read(file).matchAll(/\bimport\("(\.[^"]*)"\)/g);
  const paths = [...statements, ...calls].map(([, path = ""]) => path);
  const inside = paths.map((path) => relative(join(top, "src"), resolve(top, dirname(file), path)));
  return inside.filter((path) => !path.startsWith(".."));
}

const longestFunction = 70;

/** Functions that do not fit a screen; a describe() is a list of tests, not a function. */
function longFunctions(file: string): string[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const long: string[] = [];
  const visit = (node: ts.Node): void => {
    const [first, last] = [lineOf(node.getStart(source)), lineOf(node.end)];
    const isLong = ts.isFunctionLike(node) && last - first >= longestFunction;
    if (isLong && !isDescription(node)) long.push(`${file}:${first}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return long;
}

function isDescription({ parent }: ts.Node): boolean {
  return ts.isCallExpression(parent) && /^describe\b/.test(parent.expression.getText());
}

/** The files in which each word is. */
const users = new Map<string, string[]>();
for (const file of typescript) {
  for (const word of new Set(read(file).match(/\w+/g))) {
    users.set(word, [...(users.get(word) ?? []), file]);
  }
}

const usersOf = (name: string) => users.get(name) ?? [];

const partOf = (path: string) => path.split("/")[0] ?? "";

describe("Imports", () => {
  test.each(sources("src/**/*.ts"))("of %s go one way", (file) => {
    const part = partOf(relative("src", file));
    const allowed = [part, ...(mayImport[part] ?? [])];
    expect(imports(file).filter((path) => !allowed.includes(partOf(path)))).toEqual([]);
  });

  test.each(sources("zig/src/*/**/*.zig"))("of %s go one way", (file) => {
    const inside = relative("zig/src", file);
    const allowed = [partOf(inside), ...(zigMayImport[partOf(inside)] ?? [])];
    const paths = [...read(file).matchAll(/@import\("([^"]+\.zig)"\)/g)].map(([, path = ""]) =>
      join(dirname(inside), path),
    );
    expect(paths.filter((path) => !allowed.includes(partOf(path)))).toEqual([]);
  });

  test("of node modules are not in src/plan, which reads nothing", () => {
    const users = sources("src/plan/**/*.ts").filter((file) => /from "node:/.test(read(file)));
    expect(users).toEqual([]);
  });

  // node:fs alone costs a start a millisecond; what is loaded where it is wanted is not counted.
  test.each([
    "lifecycle/start.ts",
    "lifecycle/stop.ts",
    "lifecycle/run.ts",
    "lifecycle/enter.ts",
    "commands/list.ts",
    "commands/list/listing.ts",
    "commands/pid.ts",
  ])("of src/%s load no module of node's, nor consola", (entry) => {
    const reached = new Set<string>([entry]);
    for (const file of reached) for (const path of staticImports(file)) reached.add(path);
    const slow = [...reached].filter((file) => /from "(node:|consola)/.test(source(file)));
    expect(slow).toEqual([]);
    expect(reached.size).toBeGreaterThan(10);
  });

  test("of bun:ffi are in src/core only", () => {
    const users = sources("src/**/*.ts").filter((file) => /from "bun:ffi"/.test(read(file)));
    expect(users.filter((file) => !file.startsWith("src/core/"))).toEqual([]);
    expect(users).not.toEqual([]);
  });

  test("of src/job are only in bpm job: nothing that runs on a stemcell loads it", () => {
    const users = sources("src/**/*.ts").filter((file) =>
      imports(file).some((path) => path.startsWith("job/")),
    );
    expect(users).not.toEqual([]);
    expect(users.filter((file) => !/^src\/(commands\/)?job\//.test(file))).toEqual([]);
    const loaders = sources("src/**/*.ts").filter((file) =>
      imports(file).some((path) => path.startsWith("commands/job")),
    );
    expect(loaders.filter((file) => !/^src\/commands\/job\b/.test(file))).toEqual([
      "src/commands/index.ts",
    ]);
  });

  test("name files, with their extension", () => {
    const paths = typescript.flatMap((file) => {
      return [...read(file).matchAll(/from "(\.[^"]*)"/g)].map(([, path = ""]) => path);
    });
    expect(paths.filter((path) => !/\.[a-z]+$/.test(path))).toEqual([]);
  });
});

describe("Sources", () => {
  test.each([...typescript, ...zig])("%s has short lines and fits a few screens", (file) => {
    const lines = read(file).split("\n");
    const longest = file.endsWith(".zig") ? 120 : 100;
    const long = lines.flatMap((line, index) => ([...line].length > longest ? [index + 1] : []));
    expect(long).toEqual([]);
    // One file has every system call of the product, and nothing else.
    expect(lines.length).toBeLessThanOrEqual(file === "zig/src/kernel/linux.zig" ? 700 : 400);
  });

  test.each(typescript)("%s has functions that fit a screen", (file) => {
    expect(longFunctions(file)).toEqual([]);
  });

  test.each(zig)("%s has functions that fit a screen", (file) => {
    const starts = [...read(file).matchAll(/^( *)(?:pub |export |inline )*fn (\w+)[^]*?^\1\}/gm)];
    const long = starts.filter(([text]) => text.split("\n").length > longestFunction);
    expect(long.map(([, , name]) => name)).toEqual([]);
  });

  /** Each with what to do instead. */
  const banned: [pattern: RegExp, instead: string, files: readonly string[]][] = [
    [/\b(TODO|FIXME|XXX)\b/, "do it, or leave it out", [...typescript, ...zig]],
    [/\bas any\b|: any\b[^a-z]*$|<any>/m, "unknown, and a check", typescript],
    [/@ts-(ignore|expect-error|nocheck)/, "a type that fits", typescript],
    [/catch( \(\w*\))? \{\s*\}/, "handle it, or say why not", product],
    [/\bprocess\.exit\(/, "return a status; main.ts exits", sources("src/*/**/*.ts")],
    [/\b(test|it|describe)\.(only|todo)\(/, "the whole suite", tests],
  ];
  test.each(banned)("do not have %p but %s", (pattern, _, files) => {
    expect(files.filter((file) => file !== ownPath && pattern.test(read(file)))).toEqual([]);
  });
});

describe("What is exported", () => {
  const exported = /^export (?:async )?(?:const|function\*?|class) (\w+)/gm;

  test.each(typescript)("by %s is used by another file", (file) => {
    const names = [...read(file).matchAll(exported)].map(([, name = ""]) => name);
    const unused = names.filter((name) => !usersOf(name).some((user) => user !== file));
    expect(unused).toEqual([]);
  });

  test("by Zig's system calls is used", () => {
    const file = "zig/src/kernel/linux.zig";
    const names = [...read(file).matchAll(/^pub (?:const|fn) (\w+)/gm)].map(
      ([, name = ""]) => name,
    );
    const all = zig.map(read).join("\n");
    const once = names.filter((name) => [...all.matchAll(RegExp(`\\b${name}\\b`, "g"))].length < 2);
    expect(once).toEqual([]);
  });
});

describe("Steps", () => {
  const file = "zig/src/documents/step.zig";
  const [, enumeration = ""] = /enum\(u32\) \{\n(.*?)\n\n/s.exec(read(file)) ?? [];
  const tags = enumeration.split("\n").map((line) => line.trim().replace(/,$/, ""));
  const others = zig
    .filter((source) => source !== file)
    .map(read)
    .join("\n");

  test("are in order, and each is one that something can fail at", () => {
    const name = (tag: string) => tag.replace(/^@"(.*)"$/, "$1");
    expect(tags.length).toBeGreaterThan(90);
    expect(tags.map(name)).toEqual(tags.map(name).toSorted());
    const isUsed = (tag: string) =>
      new RegExp(`[(=,)]\\s*\\.${RegExp.escape(tag)}(?=[,;]| else)`).test(others);
    expect(tags.filter((tag) => !isUsed(tag))).toEqual([]);
  });
});
