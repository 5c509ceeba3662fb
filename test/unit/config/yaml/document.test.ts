import { describe, expect, test } from "bun:test";
import { readDocument } from "../../../../src/config/yaml/document.ts";
import type { YamlNode } from "../../../../src/config/yaml/nodes.ts";

/** The tree with just the texts in it; aliases as their names. */
function plain(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  switch (node.kind) {
    case "scalar":
      return node.text;
    case "alias":
      return `*${node.name}`;
    case "sequence":
      return node.items.map(plain);
    case "mapping":
      return Object.fromEntries(node.entries.map(({ key, value }) => [plain(key), plain(value)]));
  }
}

function read(text: string): unknown {
  const { root, errors } = readDocument(text);
  expect(errors).toEqual([]);
  return plain(root);
}

describe("reading", () => {
  test.each<[string, string, unknown]>([
    ["nothing", "", undefined],
    ["a comment", "# nothing\n", undefined],
    ["scalars as they are written", "a: 007\nb: 1.50\nc: ~\n", { a: "007", b: "1.50", c: "~" }],
    ["quotes and escapes", "a: 'it''s'\nb: \"\\u00e9\\t\"\n", { a: "it's", b: "é\t" }],
    ["folded lines", "a: one\n  two\n", { a: "one two" }],
    ["blocks", "a: |\n  x\n   y\nb: >-\n  x\n  y\n", { a: "x\n y\n", b: "x y" }],
    ["CRLF and lone CR", "a: 1\r\nb: 2\rc: 3", { a: "1", b: "2", c: "3" }],
    ["tabs between tokens", "a:\t1\t# x\n", { a: "1" }],
    ["JSON indented with tabs", '{\n\t"a": [\n\t\t1\n\t]\n}\n', { a: ["1"] }],
    ["the first of several documents", "a: 1\n---\nb: [\n", { a: "1" }],
    ["a directive", "%YAML 1.1\n---\na: yes\n", { a: "yes" }],
    [
      "a lone dash in brackets",
      "a: &a [-, x, -]\nb: [c -, '-, ]']\n",
      {
        a: ["-", "x", "-"],
        b: ["c -", "-, ]"],
      },
    ],
    [
      "a colon that ends a text in brackets",
      "a: [b:, c:]\nd: {e:, f: 'g:,'}\nh: {\"i\":, j: k:}",
      {
        a: ["b:", "c:"],
        d: { "e:": "", f: "g:," },
        h: { i: "", j: "k:" },
      },
    ],
    [
      "an escaped single quote",
      "a: [\"it\\'s\", 'it\\', \"\\\\'\"]\n",
      {
        a: ["it's", "it\\", "\\'"],
      },
    ],
    ["a block that the file ends in", "a: |\n  b\n  c", { a: "b\nc" }],
    ["a block at whose end a line is empty", "a: >\n  b\n  c\n ", { a: "b c\n" }],
    [
      "tabs in brackets and in texts",
      "a: &a [\n\t\n\tb]\nc: |\n d\n \t\n",
      {
        a: ["b"],
        c: "d\n\t\n",
      },
    ],
    ["a comment without a space before it", 'a: "x"#y\n', { a: "x" }],
  ])("%s", (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test("brackets and quotes whose lines begin anywhere", () => {
    const list = '[\nx, {\n"y": 1\n}\n]';
    const text = `a:\n  b: ${list}\n  c: "one\ntwo\n\nthree"\n  d: 'p\r\nq'\n  e: z\n`;
    const expected = { a: { b: ["x", { y: "1" }], c: "one two\nthree", d: "p q", e: "z" } };
    expect(read(text)).toEqual(expected);
  });

  test("says where things are, even in lines that it moved", () => {
    const { source, root } = readDocument('a: {\nb: "é", c: d\n}\n');
    if (root?.kind !== "mapping") throw new Error("expected a mapping");
    const value = root.entries[0]?.value;
    if (value?.kind !== "mapping") throw new Error("expected a mapping");
    const places = value.entries.map(({ key }) => source.position(key.offset));
    expect(places).toEqual([
      { line: 2, column: 1 },
      { line: 2, column: 9 },
    ]);
  });

  test("follows an alias to the anchor that was last", () => {
    const { root } = readDocument("a: &x 1\nb: *x\nc: &x 2\nd: *x\n");
    if (root?.kind !== "mapping") throw new Error("expected a mapping");
    const targets = root.entries.map(({ value }) => value.kind === "alias" && plain(value.target));
    expect(targets).toEqual([false, "1", false, "2"]);
  });
});

describe("lists and mappings within each other", () => {
  const nested = (depth: number): [string, string][] => [
    ["brackets", `a: ${"[".repeat(depth)}${"]".repeat(depth)}`],
    ["mappings in brackets", `a: ${"{a: ".repeat(depth)}1${"}".repeat(depth)}`],
    ["lists on one line", `a:\n ${"- ".repeat(depth)}a`],
  ];
  const many = { timeout: 60_000 };

  test.each(nested(9_000))(
    "are read, as many as Go's parser reads: %s",
    (_, text) => {
      expect(readDocument(text).errors).toEqual([]);
    },
    many,
  );

  test.each([...nested(10_001), ["open brackets", "[".repeat(100_000)] as const])(
    "are refused before they exhaust the stack: %s",
    (_, text) => {
      const messages = readDocument(text).errors.map(({ message }) => message);
      expect(messages).toEqual(["lists and mappings are nested too deeply"]);
    },
    many,
  );
});

test("depth is no matter of how many brackets there are", () => {
  expect(read(`- ${"[{}]\n- ".repeat(1000)}x`)).toBeArrayOfSize(1001);
});

describe("what comes after the first value", () => {
  test.each([
    ["at a lesser indentation", "  a: 1\nb: 2\n", { line: 2, column: 1 }],
    ["behind the last bracket", "{a: 1}\nb: 2\n", { line: 2, column: 1 }],
  ])("is ignored with a warning: %s", (_, text, position) => {
    const { source, root, errors, warnings } = readDocument(text);
    expect(errors).toEqual([]);
    expect(plain(root)).toEqual({ a: "1" });
    expect(warnings.map(({ offset }) => source.position(offset))).toEqual([position]);
    expect(warnings[0]?.message).toStartWith("everything from here on is ignored");
  });
});

describe("an error names its place and says in one sentence what is wrong", () => {
  test.each([
    ["a: [b\n", 1, 4, "this [ has no closing ]"],
    ["a: {b: [c, d}\n", 1, 8, "this [ has no closing ]"],
    ["a:\n- {b\n- c: d\n", 2, 3, "this { has no closing }"],
    ["a: ['b', \"c]\nd: e\n", 1, 10, 'this " has no closing "'],
    ["a: [b]]\n", 1, 7, "this ] closes nothing"],
    ["a: b: c\n", 1, 4, "a value holds another `: `; put it in quotes"],
    ["a:\n\tb: c\n", 2, 1, "a tab is used for indentation, where YAML allows only spaces"],
    ["a: b\nc\n", 2, 1, "no `: ` follows this key"],
    ["a: @b\n", 1, 4, "a text cannot begin with @ unless it is in quotes"],
    ['a: "\\q"\n', 1, 5, "YAML does not know this backslash sequence; use \\\\ or single quotes"],
    ["a: *b\n", 1, 4, "*b refers to nothing: no &b stands before it"],
    ["a: &b/c d\n", 1, 4, "the anchor &b/c may have only letters, digits, - and _"],
    ["a: b\u0007\n", 1, 5, "YAML allows no control characters"],
    ["a: b\n\t\nc: d\n", 2, 1, "a line must not begin with a tab, even an empty one"],
    ["a: b\n\t# c\n", 2, 1, "a line must not begin with a tab, even an empty one"],
    ["a:\n- -\tb\n", 2, 4, "a tab stands here, where YAML allows only spaces"],
    ["a: [b: c d: e]\n", 1, 11, "neither , nor ] stands before this"],
    ["env:\n  : lost\n", 2, 3, "no key stands before this :"],
    ["a: [nil, :sym]\n", 1, 10, "no key stands before this :"],
    ['a: "b\\/c"\n', 1, 6, "YAML does not know this backslash sequence; use \\\\ or single quotes"],
    ["...\na: b\n", 1, 1, "this belongs to nothing above; is its indentation right?"],
    [`a:\n  ${"b".repeat(1100)}: c\n`, 2, 3, "a key has more than 1024 characters"],
    ["# c\n%YAML 1.2\n---\na: b\n", 2, 1, "only the directives %YAML 1.1 and %TAG are known"],
    ["- a\nb: c\n", 2, 1, "this belongs to nothing above; is its indentation right?"],
    [
      "a: <%= p('b') %>: c\n",
      1,
      4,
      "a value holds another `: `; put it in quotes " +
        "(this looks like a template: check what it renders to)",
    ],
  ])("%j", (text, line, column, message) => {
    const { source, root, errors } = readDocument(text);
    expect(root).toBeUndefined();
    const found = errors.map((error) => [source.position(error.offset), error.message] as const);
    expect(found).toEqual([[{ line, column }, message]]);
  });
});
