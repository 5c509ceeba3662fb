/**
 * What the executable needs of the schema, as plain data. These functions are Bun macros: they run
 * while check.ts is being bundled, so that arktype is not part of what a valid file loads.
 */

import { decodedSchema, type JsonSchema } from "./json-schema.ts";
import { jobFile } from "./schema.ts";
import type { Shape } from "./shape.ts";

/** The decoder's table of fields. */
export function jobFileShape(): Shape {
  return shapeOf(decodedSchema());
}

function shapeOf(schema: JsonSchema): Shape {
  const branches = schema.anyOf ?? [schema];
  const [only = schema] = branches.filter(({ type }) => type !== "null");
  const nullable = branches.some(({ type }) => type === "null");
  if (only.items) {
    const neverNull = only.items.neverNull ?? false;
    return { type: "list", nullable, neverNull, items: shapeOf(only.items) };
  }
  if (only.additionalProperties) {
    return { type: "map", nullable, values: shapeOf(only.additionalProperties) };
  }
  if (only.properties) {
    const fields = Object.entries(only.properties).map(([key, field]) => [key, shapeOf(field)]);
    return { type: "struct", nullable, fields: Object.fromEntries(fields) };
  }
  if (only.integer) return { type: only.integer, nullable };
  return { type: only.type === "boolean" ? "boolean" : "string", nullable };
}

/**
 * The body of a function of `data` that answers as arktype's compiled validator does. That has one
 * method for each part of a type; those that only say yes or no (their names end in Allows) need
 * nothing of arktype, and the first of them stands for the whole.
 */
export function jobFileCheck(): string {
  const method = /^ {4}(\w+Allows)\(data, ctx\) \{(?: {2}|[\s\S]*?^ {5})\},$/gm;
  const methods = [...(jobFile.precompilation ?? "").matchAll(method)];
  const root = methods[0]?.[1];
  if (root === undefined || methods.some(([text]) => text.includes("$ark"))) {
    throw new Error("this version of arktype writes its validators in another way");
  }
  return `return { ${methods.map(([text]) => text).join("\n")} }.${root}(data)`;
}
