/** The yaml package, which knows nothing of bpm's reader, writes; bpm reads what was meant. */

import { expect, test } from "bun:test";
import { parse, stringify, type ToStringOptions } from "yaml";
import { readFullYaml } from "../../../../src/config/yaml/full-yaml.ts";
import type { YamlNode } from "../../../../src/config/yaml/nodes.ts";
import { Dice } from "../dice.ts";

type Value = string | Value[] | { [key: string]: Value };

const words = [
  "a",
  "",
  "a: b",
  "#c",
  "a #c",
  "it's",
  '"q"',
  "1.10",
  "~",
  "null",
  "[x",
  "a\nb",
  "a\n\n b\n",
  "\n",
  "é🐢",
  "a".repeat(90),
  "long words that are folded ".repeat(6),
  "!x",
  "&x",
  "*x",
  "%x",
  "@x",
  "|",
  ">",
  "\\",
] as const;

const styles: [ToStringOptions, ...ToStringOptions[]] = [
  {},
  { collectionStyle: "flow" },
  { defaultStringType: "QUOTE_DOUBLE" },
  { defaultStringType: "QUOTE_SINGLE" },
  { defaultStringType: "BLOCK_FOLDED", lineWidth: 20 },
  { defaultStringType: "BLOCK_LITERAL" },
  { indentSeq: false, indent: 4 },
  { lineWidth: 20, minContentWidth: 0 },
];

function value(dice: Dice, depth: number): Value {
  const kind = depth === 0 ? 0 : dice.roll(3);
  if (kind === 0) return dice.pick(words);
  const items = Array.from({ length: dice.roll(4) }, () => value(dice, depth - 1));
  if (kind === 1) return items;
  return Object.fromEntries(items.map((item, index) => [`${index}${dice.pick(words)}`, item]));
}

function meant(node: YamlNode | undefined): Value | undefined {
  switch (node?.kind) {
    case "scalar":
      return node.text;
    case "sequence":
      return node.items.map((item) => meant(item) ?? "?");
    case "mapping":
      return Object.fromEntries(
        node.entries.map((entry) => [String(meant(entry.key)), meant(entry.value) ?? "?"]),
      );
    default:
      return undefined;
  }
}

test("what the yaml package writes, in each of its styles, is read as it was meant", () => {
  const dice = new Dice(7);
  const wrong: string[] = [];
  let compared = 0;
  for (let round = 0; round < 2000; round++) {
    // At the top a block text may lack the indentation that libyaml and Go want.
    const written = { top: value(dice, 3) };
    // Aliases for what occurs twice, and keys over 1024 characters, are not what this is about.
    const text = stringify(written, { ...dice.pick(styles), aliasDuplicateObjects: false });
    // Some of its folded texts it does not read back itself.
    if (!Bun.deepEquals(parse(text, { schema: "failsafe" }), written)) continue;
    compared += 1;
    const { root, errors } = readFullYaml(text);
    if (errors.length > 0 || !Bun.deepEquals(meant(root), written)) wrong.push(text);
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(compared).toBeGreaterThan(1500);
});
