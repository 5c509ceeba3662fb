/** A file of properties to be filled in. */
import type { PropertyFacts } from "./properties.ts";
import { splitName, type Value } from "./value.ts";
import { yamlText } from "./yaml/text.ts";

/** What has to be given, then what may be: that is commented out, with its defaults. */
export function skeleton(job: string, properties: readonly PropertyFacts[]): string {
  const required = properties.filter((one) => one.required);
  const others = properties.filter((one) => !one.required);
  return [
    `# Properties of ${job}.\n`,
    required.length === 0 ? "# None has to be given.\n" : treeText(required),
    others.length === 0 ? "" : `\n# Those that follow may be given.\n${asRemark(others)}`,
  ].join("");
}

type Tree = Map<string, { own: PropertyFacts | undefined; below: Tree }>;

function treeText(properties: readonly PropertyFacts[]): string {
  const tree: Tree = new Map();
  for (const property of properties) add(tree, splitName(property.name), property);
  return lines(tree, "").join("");
}

function add(tree: Tree, [key = "", ...rest]: readonly string[], property: PropertyFacts): void {
  const node = tree.get(key) ?? { own: undefined, below: new Map() };
  tree.set(key, node);
  if (rest.length === 0) node.own = property;
  else add(node.below, rest, property);
}

function lines(tree: Tree, indent: string): string[] {
  return [...tree].flatMap(([key, { own, below }]) => {
    const name = `${indent}${yamlText(key)}:`;
    // A parent that is declared as well is a whole of which the parts are given here.
    const value = below.size > 0 || own === undefined ? "" : valueText(own.default);
    return [
      ...(own === undefined ? [] : remarks(own, indent)),
      `${name}${value}\n`,
      ...lines(below, `${indent}  `),
    ];
  });
}

function valueText(value: Value): string {
  return value === null ? "" : ` ${yamlText(value)}`;
}

function remarks({ description, example }: PropertyFacts, indent: string): string[] {
  const words = description.trim() === "" ? [] : description.trim().split("\n");
  const examples = example === null ? [] : [`for example ${yamlText(example)}`];
  return [...words, ...examples].map((line) => `${indent}# ${line.trim()}\n`);
}

function asRemark(properties: readonly PropertyFacts[]): string {
  return treeText(properties).replace(/^/gm, "# ").replace(/^# $/gm, "");
}
