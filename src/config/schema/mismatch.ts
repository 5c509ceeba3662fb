/** Says what a field expected and what it got. */

import { scalarValue } from "../decode/scalars.ts";
import type { YamlNode } from "../yaml/nodes.ts";
import type { Shape } from "./shape.ts";

const expectations: Readonly<Record<Shape["type"], string>> = {
  string: "a text",
  boolean: "true or false",
  uint64: "a whole number from 0 to 2^64-1",
  int64: "a whole number below 2^63",
  list: "a list",
  map: "names with values",
  struct: "properties with values",
};

export function mismatch(shape: Shape, node: YamlNode): string {
  return `expected ${expectations[shape.type]}, but got ${found(node)}${advice(shape, node)}`;
}

function found(node: YamlNode): string {
  switch (node.kind) {
    case "alias":
      return found(node.target);
    case "sequence":
      return "a list";
    case "mapping":
      return "a mapping";
    case "scalar": {
      const value = scalarValue(node);
      if (value === null) return "nothing";
      return `${typeof value === "string" ? "the text " : ""}\`${excerpt(node.text)}\``;
    }
  }
}

/** Long values are cut: they may be secrets, and messages end up in logs. */
function excerpt(text: string): string {
  return text.length > 10 ? `${text.slice(0, 7)}...` : text;
}

function advice(shape: Shape, node: YamlNode): string {
  if (shape.type === "string" && node.kind === "mapping") {
    return "; put a text that contains `: ` in quotes";
  }
  return shape.type === "list" && node.kind === "scalar" ? "; put it between [ and ]" : "";
}
