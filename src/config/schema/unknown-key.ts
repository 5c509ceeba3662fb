/** Tells about a property that the format does not have. It is ignored: the file may be newer. */

import { nearest } from "../../report/nearest.ts";
import type { Finding } from "../finding.ts";
import type { YamlNode } from "../yaml/nodes.ts";
import { jobShape } from "./check.ts";
import type { Shape, StructShape } from "./shape.ts";

export function unknownKey(name: string, key: YamlNode, shape: StructShape, path: string): Finding {
  const near = nearest(name, Object.keys(shape.fields)) ?? elsewhere(name);
  const advice =
    near === undefined
      ? `the properties here are ${Object.keys(shape.fields).join(", ")}`
      : `did you mean ${near}?`;
  const message = `unknown property \`${name}\` is ignored; ${advice}`;
  return { path, offset: key.offset, message };
}

/** Where a property of exactly this name does exist, as in `limits.memory`. */
function elsewhere(name: string): string | undefined {
  return pathsOf(jobShape).find((path) => path.split(".").at(-1) === name);
}

function pathsOf(shape: Shape): string[] {
  if (shape.type === "list") return pathsOf(shape.items);
  if (shape.type !== "struct") return [];
  return Object.entries(shape.fields).flatMap(([name, field]) => [
    name,
    ...pathsOf(field).map((below) => (name === "processes" ? below : `${name}.${below}`)),
  ]);
}
