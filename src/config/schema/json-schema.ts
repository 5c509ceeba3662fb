/**
 * The JSON Schema of bpm.yml, for editors. `bun src/config/schema/json-schema.ts` writes it to
 * docs/, and a test holds that it is up to date. Not part of the executable.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jobFile } from "./schema.ts";

/** The part of JSON Schema that arktype writes for our schema, with what we configured there. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Fields;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly integer?: "int64" | "uint64";
  readonly neverNull?: boolean;
  readonly message?: unknown;
}

type Fields = Readonly<Record<string, JsonSchema>>;

/** What arktype makes of the schema: the decoded file rather than what an author may write. */
export function decodedSchema(): JsonSchema {
  return jobFile.toJsonSchema({
    fallback: { domain: ({ base }) => ({ ...base, type: "integer" }) },
  }) as JsonSchema;
}

/** The file that editors get. */
export function editorSchemaText(): string {
  const schema = { title: "bpm.yml", ...forAuthors(decodedSchema(), "required") };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/**
 * What an editor should accept: any scalar where a text is expected, because its source text is
 * what counts; and null for whatever may be left out.
 */
function forAuthors(schema: JsonSchema, presence: "required" | "optional"): JsonSchema {
  const { message: _message, neverNull: _neverNull, integer, anyOf, ...rest } = schema;
  if (anyOf?.every((branch) => "const" in branch)) {
    return { ...rest, enum: anyOf.map((branch) => branch.const) };
  }
  if (anyOf) return { ...rest, anyOf: anyOf.map((branch) => forAuthors(branch, "required")) };
  if (rest.properties) return { ...rest, properties: fieldsForAuthors(rest) };
  if (rest.items) return { ...rest, items: forAuthors(rest.items, "optional") };
  if (rest.additionalProperties) {
    return { ...rest, additionalProperties: forAuthors(rest.additionalProperties, "optional") };
  }
  if (integer === "uint64") return { ...rest, minimum: 0 };
  if (rest.pattern !== undefined || typeof rest.type !== "string") return rest;
  const types = rest.type === "string" ? ["string", "number", "boolean"] : [rest.type];
  const [only = "", ...others] = presence === "optional" ? [...types, "null"] : types;
  return { ...rest, type: others.length === 0 ? only : [only, ...others] };
}

function fieldsForAuthors({ properties = {}, required = [] }: JsonSchema): Fields {
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [
      name,
      forAuthors(field, required.includes(name) ? "required" : "optional"),
    ]),
  );
}

if (import.meta.main) {
  const file = join(import.meta.dirname, "../../../docs/bpm.schema.json");
  writeFileSync(file, editorSchemaText());
}
