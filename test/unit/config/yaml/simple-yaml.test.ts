import { describe, expect, test } from "bun:test";
import { readFullYaml } from "../../../../src/config/yaml/full-yaml.ts";
import { readSimpleYaml } from "../../../../src/config/yaml/simple-yaml.ts";
import { Dice } from "../dice.ts";

const usual = `---
# A job.
processes:
- name: web
  executable: /var/vcap/packages/web/bin/web   # the server
  args: ["--port", 2424, '--it''s', '''', '', -x, -, {a: b, "c": d}, [], {}]

  env:
    URL: http://x:80/#y?a=b
    EMPTY:
    QUOTED: "a: b # c"
  limits:
    memory: 1.5G
  additional_volumes:
    - path: /var/vcap/data/x
      writable: true
    -
      path: /var/vcap/data/y
    - - nested
      - list
    -
- name: two
  hooks: {}
last: 'x'
`;

/** Both parsers' answers to a text that the simple one takes. */
function answers(text: string) {
  const { root, errors, warnings } = readFullYaml(text);
  const full = { root, errors, warnings };
  return { simple: { root: readSimpleYaml(text), errors: [], warnings: [] }, full };
}

test("the usual file is simple, and is read as the full parser reads it, place by place", () => {
  const { simple, full } = answers(usual);
  expect(simple.root).toBeDefined();
  expect<unknown>(simple).toEqual(full);
});

describe("what is left to the full parser", () => {
  test.each([
    ["nothing", ""],
    ["a comment alone", "# c\n"],
    ["a text alone", "text\n"],
    ["an anchor", "a: &b c\n"],
    ["an alias", "a: *b\n"],
    ["a tag", "a: !!str b\n"],
    ["a block text", "a: |\n  b\n"],
    ["a text over several lines", "a: b\n  c\n"],
    ["a quoted text over several lines", "a: 'b\n  c'\n"],
    ["an escape", 'a: "\\n"\n'],
    ["an explicit key", "? a\n: b\n"],
    ["a list over several lines", "a: [b,\n  c]\n"],
    ["a pair in a list", "a: [b: c]\n"],
    ["a key without value in brackets", "a: {b}\n"],
    ["a comment within a text", "a: b #c\n d\n"],
    ["a tab", "a:\tb\n"],
    ["CRLF", "a: b\r\n"],
    ["a letter beyond ASCII", "a: é\n"],
    ["a directive", "%YAML 1.2\n---\na: b\n"],
    ["two documents", "a: b\n---\nc: d\n"],
    ["the end of a document", "a: b\n...\n"],
    ["a document's first line with more on it", "--- a\n"],
    ["something behind a bracket", "a: [b] c\n"],
    ["something behind a quote", "a: 'b' c\n"],
    ["a line too far left", "  a: b\nc: d\n"],
    ["a line too far right", "a: b\n  c: d\n"],
    ["a mapping after a list", "- a\nb: c\n"],
    ["a colon within a value", "a: b: c\n"],
    ["a reserved character", "a: @b\n"],
    ["an unclosed bracket", "a: [b\n"],
    ["a question mark in brackets", "[a?b]\n"],
    ["a long line", `${"a".repeat(1024)}: b\n`],
    ["great depth", `a: ${"[".repeat(200)}${"]".repeat(200)}\n`],
  ])("%s", (_, text) => {
    expect(readSimpleYaml(text)).toBeUndefined();
  });
});

test("whatever is taken for simple is read as the full parser reads it", () => {
  const inserted = [
    " ",
    "  ",
    "\n",
    "\n\n",
    ":",
    ": ",
    "- ",
    "-",
    "#",
    " #",
    "'",
    '"',
    "''",
    "[",
    "]",
    "{",
    "}",
    "[a?b]",
    ",",
    ", ",
    "[]",
    "{}",
    "[a, b]",
    "{a: b}",
    "&a ",
    "*a",
    "!x ",
    "|",
    ">",
    "%",
    "@",
    "? ",
    "?",
    "---\n",
    "\n---\n",
    "...",
    "~",
    "<<: x\n",
    "\\",
    "=",
    "\n- ",
    "\n  ",
    "\n- - a",
    "key: v",
    '"q"',
    ":a",
    "a:",
  ] as const;
  const dice = new Dice(1);
  const mutated = (text: string): string => {
    const at = dice.roll(text.length + 1);
    const removed = dice.roll(4) === 0 ? 1 + dice.roll(3) : 0;
    return text.slice(0, at) + (removed > 0 ? "" : dice.pick(inserted)) + text.slice(at + removed);
  };
  const texts = Array.from({ length: 3000 }, (_, index) =>
    index % 2 === 0 ? mutated(usual) : mutated(mutated(usual)),
  );
  const simple = texts.filter((text) => readSimpleYaml(text) !== undefined);
  expect(simple.length).toBeGreaterThan(500);
  for (const text of simple) {
    const answer = answers(text);
    expect<unknown>(answer.simple, text).toEqual(answer.full);
  }
}, 60_000);
