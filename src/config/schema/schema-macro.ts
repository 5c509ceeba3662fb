/**
 * What the executable needs of the schema, as plain data. This function is a Bun macro: it runs
 * while check.ts is being bundled, so that arktype is not part of what a valid file loads.
 */

import { decodedSchema, type JsonSchema } from "./json-schema.ts";
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
