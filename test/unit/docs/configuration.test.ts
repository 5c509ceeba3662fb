/** docs/configuration.md has an entry for every property, and each says what the schema says. */
import { describe, expect, test } from "bun:test";
import { parseConfig } from "../../../src/config/parse.ts";
import { decodedSchema, type JsonSchema } from "../../../src/config/schema/json-schema.ts";
import { validateFile } from "../../../src/lint/validate.ts";
import { codeBlocks, page, sections, unwrapped } from "../../support/markdown.ts";

interface Property {
  readonly path: string;
  readonly required: boolean;
  readonly description: string;
  readonly type: string;
}

/** Paths are relative to a process, as in `limits.memory`. */
function properties(schema: JsonSchema, path = ""): Property[] {
  const parts = schema.anyOf ?? [schema];
  return parts.flatMap((part) => {
    if (part.items) return properties(part.items, path === "processes" ? "" : `${path}[]`);
    return Object.entries(part.properties ?? {}).flatMap(([name, field]) => {
      const own = path === "" ? name : `${path}.${name}`;
      const required = part.required?.includes(name) ?? false;
      const { description = "" } = field;
      return [{ path: own, required, description, type: typeOf(field) }, ...properties(field, own)];
    });
  });
}

/** The words that the page has for a type. */
function typeOf(schema: JsonSchema): string {
  const parts = (schema.anyOf ?? [schema]).filter(({ type }) => type !== "null");
  const choices = parts.map((part) => part.const).filter((choice) => choice);
  if (choices.length > 0)
    return choices
      .map((choice) => `\`${choice}\``)
      .sort()
      .join(" or ");
  const [part = schema] = parts;
  if (part.items) return part.items.properties ? "list of mappings" : "list of text";
  if (part.additionalProperties) return "mapping of text to text";
  if (part.properties) return "mapping";
  if (part.integer) return "whole number";
  return part.type === "boolean" ? "boolean" : "text";
}

const isOfUnrestricted = ({ path }: Property) => path.startsWith("unsafe.unrestricted_volumes[]");
const all = properties(decodedSchema());
const documented = all.filter((property) => !isOfUnrestricted(property));

const text = page("docs/configuration.md");
const entries = new Map(
  sections(text).flatMap(({ title, body }) => {
    const [, path] = /^`(.*)`$/.exec(title) ?? [];
    return path === undefined ? [] : [[path, body] as const];
  }),
);

/** An example as a whole file: those of single properties are parts of a process. */
function asFile(example: string, path: string): string {
  if (/^processes:/m.test(example)) return example;
  const other = ["name", "executable"].filter((key) => key !== path);
  const lines = [...other.map((key) => `${key}: web`), ...example.trim().split("\n")];
  const items = lines.map((line, index) => `${index === 0 ? "-" : " "} ${line}\n`);
  return `processes:\n${items.join("")}`;
}

test("every property has an entry, and there are no others", () => {
  expect([...entries.keys()].sort()).toEqual(documented.map(({ path }) => path).sort());
});

test("the two kinds of volumes have the same properties", () => {
  const names = (list: string) =>
    all
      .filter(({ path }) => path.startsWith(`${list}[]`))
      .map(({ path, ...rest }) => ({ ...rest, path: path.slice(list.length) }));
  expect(names("unsafe.unrestricted_volumes")).toEqual(names("additional_volumes"));
  expect(names("additional_volumes").length).toBeGreaterThan(0);
});

describe.each(documented)("the entry of $path", ({ path, required, description, type }) => {
  const entry = entries.get(path) ?? "";

  test("says of which type it is, and what holds without it", () => {
    const line = /^\*(.+?) · (required|optional)(?: · default: (.+))?\*$/m;
    const [, kind, need, standard] = line.exec(entry) ?? [];
    expect({ kind, need }).toEqual({ kind: type, need: required ? "required" : "optional" });
    expect(standard === undefined).toBe(required);
  });

  test("begins with what editors show", () => {
    const [, paragraph = ""] = entry.split("\n\n");
    expect(unwrapped(paragraph)).toStartWith(description);
  });

  test("has an example that uses it", () => {
    const examples = codeBlocks(entry).filter(({ language }) => language === "yaml");
    const key = path.split(/[.[\]]+/).at(-1);
    expect(
      examples.some(({ text: example }) => new RegExp(`(^|[ -])${key}:`, "m").test(example)),
    ).toBe(true);
    for (const { text: example } of examples) {
      const file = asFile(example, path);
      expect(validateFile(file, { file: "bpm.yml", job: "web" })).toMatchObject({ errors: [] });
      expect(parseConfig(file, { file: "bpm.yml", job: "web" }).warnings).toEqual([]);
    }
  });
});

test("the example at the top is without fault", () => {
  const [example] = codeBlocks(text);
  const { errors, warnings } = validateFile(example?.text ?? "", { file: "bpm.yml", job: "web" });
  expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
});
