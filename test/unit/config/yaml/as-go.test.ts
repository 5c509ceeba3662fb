/**
 * What Go's yaml.v3 made of texts that YAML parsers differ about: a file that bpm accepts has to
 * work on machines that still run the Go implementation, and one that works there, here.
 */
import { expect, test } from "bun:test";
import { readDocument } from "../../../../src/config/yaml/document.ts";
import type { YamlNode } from "../../../../src/config/yaml/nodes.ts";

const refused = Symbol("refused");

/** The tree with just the texts in it; aliases as their names. */
function plain(node: YamlNode | undefined): unknown {
  if (node?.kind === "scalar") return node.text;
  if (node?.kind === "alias") return `*${node.name}`;
  if (node?.kind === "sequence") return node.items.map(plain);
  return (
    node?.entries &&
    Object.fromEntries(node.entries.map(({ key, value }) => [plain(key), plain(value)]))
  );
}

test.each<[text: string, answer: unknown]>([
  ["env:\n  : lost\n", refused],
  ["a: {: v}\n", refused],
  ["a: [: v]\n", refused],
  ['"": v\n', { "": "v" }],
  ["...\na: b\n", refused],
  ["---\n...\n", ""],
  ['a: "b\\/c"\n', refused],
  ['a: "\\\'"\n', { a: "'" }],
  ['a: "\\\t"\n', { a: "\t" }],
  ["a: [nil, :sym]\n", refused],
  ['a: [b:c, d:, "e":f]\n', { a: ["b:c", "d:", { e: "f" }] }],
  ["a:\n  b: [c,\n\td]\n", { a: { b: ["c", "d"] } }],
  ["a:\n  b: [c\n\t,d]\n", refused],
  ["a: [\n\tb]\n", { a: ["b"] }],
  ["a: b\n \t# c\n", { a: "b" }],
  ["a: b\n\t# c\n", refused],
  ["a: b\n# c\n\t# d\ne: f\n", { a: "b", e: "f" }],
  ["a: 'b'\n\t\nc: d\n", refused],
  ["a: |\n \t\n b\n", refused],
  ["- a\n\t- b\n", refused],
  ["- -\tb\n", refused],
  ["-\tb\n", refused],
  ["a:\tb\n", { a: "b" }],
  ["?\tb\n", refused],
  ["[a?b]\n", refused],
  ["[a, ? b : c]\n", ["a", { b: "c" }]],
  ["{a: b, ? , c}\n", { a: "b", "": "", c: "" }],
  ["[? ]\n", refused],
  ["[-, x]\n", ["-", "x"]],
  ["[- x]\n", refused],
  ["{a, b: , c}\n", { a: "", b: "", c: "" }],
  ['{"a":b}\n', { a: "b" }],
  ["{a:b}\n", { "a:b": "" }],
  ["[a, b: c]\n", ["a", { b: "c" }]],
  ["a: !<b> c\n", { a: "c" }],
  ["a: !b!c d\n", refused],
  ["%TAG !b! e:\n---\na: !b!c d\n", { a: "d" }],
  ["%YAML 1.2\n---\na\n", refused],
  ["%YAML 1.1\n%YAML 1.1\n---\na\n", refused],
  ["%FOO x\n---\na\n", refused],
  ["a: !!str\n", { a: "" }],
  ["[!!str, a]\n", ["a"]],
  ["a: &b &c d\n", refused],
  ["a: &b *b\n", refused],
  ["&a b: c\n", { b: "c" }],
  ["*a : b\n", refused],
  ["a: &b\nc: *b\n", { a: "", c: "*b" }],
  ["a: ,b\n", refused],
  ["a: b]\n", { a: "b]" }],
  ["a: ]b\n", refused],
  ["a: |0\n b\n", refused],
  ["a: |2-\n   b\n", { a: " b" }],
  ["a: |x\n b\n", refused],
  ["a: >\n b\n  c\n d\n\n e\n", { a: "b\n c\nd\ne\n" }],
  ["a: |+\n b\n\n", { a: "b\n\n" }],
  ["a: |#c\n b\n", { a: "b\n" }],
  ['a: "b\n---\nc"\n', refused],
  ["a: b\n--- c\n", { a: "b" }],
  ["a: b\n---c\n", refused],
  ["a: @b\n", refused],
  ["a: `b\n", refused],
  ["a: %b\n", refused],
  ["a: -\n", refused],
  ["a: - b\n", refused],
  ["a:\n- b\n-c\n", refused],
  ["- a\n b: c\n", refused],
  ["a: b\nc\n", refused],
  ["a\nb: c\n", refused],
  ["'a\nb': c\n", refused],
  ["? a\n? b\n: c\n", { a: "", b: "c" }],
  [": a\n", refused],
  ["a: b: c\n", refused],
  ["a: 'b' c\n", refused],
  ['a: "b"c: d\n', refused],
  ["a: b #c\n", { a: "b" }],
  ["a: b#c\n", { a: "b#c" }],
  ['a: "b"#c\n', { a: "b" }],
  ["[a#b, c #d\n]\n", ["a#b", "c"]],
  ["{a: 1}\nb: 2\n", { a: "1" }],
  ["{a: 1}\n@\n", refused],
  ["  a: 1\nb: 2\n", { a: "1" }],
  ['a: "\\x4"\n', refused],
  ['a: "\\ud800"\n', refused],
  ['a: "b\\\n  c"\n', { a: "bc" }],
  ["a: b\u2028  c\n", { a: "b\u2028c" }],
  ["a: b\u0085c: d\n", { a: "b", c: "d" }],
  ["a: b\rc: d\n", { a: "b", c: "d" }],
  ["a: 'b\n\n\n  c'\n", { a: "b\n\nc" }],
  [`${"k".repeat(1100)}: v\n`, refused],
  [`{${"é".repeat(1100)}: v}\n`, refused],
  [`? ${"k".repeat(1100)}\n: v\n`, { ["k".repeat(1100)]: "v" }],
  // Characters, not units of UTF-16.
  [`${"\u{1f600}".repeat(1024)}: v\n`, { ["\u{1f600}".repeat(1024)]: "v" }],
])("%j", (text, answer) => {
  const { root, errors } = readDocument(text);
  expect<unknown>(errors.length > 0 ? refused : plain(root)).toEqual(answer);
});
