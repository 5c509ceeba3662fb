/** What is derived from the schema says the same as the schema. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { memoryPattern, parseMemory } from "../../../../src/config/decode/memory.ts";
import { isJobFile, jobShape } from "../../../../src/config/schema/check.ts";
import { editorSchemaText } from "../../../../src/config/schema/json-schema.ts";
import { jobFile } from "../../../../src/config/schema/schema.ts";
import type { Shape } from "../../../../src/config/schema/shape.ts";
import { jobFileModule } from "../../../../src/config/schema/write-check.ts";
import { Dice } from "../dice.ts";

const project = join(import.meta.dir, "../../../..");

const texts = ["", "x", "TERM", "INT", "HUP", "512M", "1.5G", "1e3M"] as const;
const anything = [undefined, null, true, 0, 1.5, 7n, "", "x", [], {}, ["x"], { x: 1 }] as const;

/** Data of the shape, but once in a while something else instead. */
function generate(shape: Shape, dice: Dice): unknown {
  if (dice.roll(60) === 0) return dice.pick(anything);
  if (shape.nullable && dice.roll(3) === 0) return null;
  const some = <T>(make: () => T): T[] => Array.from({ length: dice.roll(3) }, make);
  switch (shape.type) {
    case "string":
      return dice.pick(texts);
    case "boolean":
      return dice.roll(2) === 0;
    case "uint64":
    case "int64":
      return BigInt(dice.roll(1000));
    case "list":
      return some(() => generate(shape.items, dice));
    case "map":
      return Object.fromEntries(some(() => [dice.pick(texts), generate(shape.values, dice)]));
    case "struct": {
      const fields = Object.entries(shape.fields).filter(() => dice.roll(12) > 0);
      return Object.fromEntries(fields.map(([name, field]) => [name, generate(field, dice)]));
    }
  }
}

test("the compiled check is up to date (bun src/config/schema/write-check.ts)", () => {
  const file = join(project, "src/config/schema/is-job-file.js");
  expect(readFileSync(file, "utf8")).toBe(jobFileModule());
});

describe("the compiled check says what arktype says", () => {
  const process = { name: "a", executable: "b" };
  test.each<[string, unknown]>([
    ["no processes", {}],
    ["null", { processes: null }],
    ["an empty list", { processes: [] }],
    ["the least process", { processes: [process] }],
    ["unknown properties", { processes: [{ ...process, other: 1 }], more: {} }],
    ["no name", { processes: [{ executable: "b" }] }],
    ["an empty executable", { processes: [{ ...process, executable: "" }] }],
    ["a wrong argument", { processes: [{ ...process, args: ["a", 1] }] }],
    ["a wrong variable", { processes: [{ ...process, env: { A: 1 } }] }],
    ["a wrong signal", { processes: [{ ...process, shutdown_signal: "HUP" }] }],
    ["a wrong quantity", { processes: [{ ...process, limits: { memory: "lots" } }] }],
    ["a number where a bigint belongs", { processes: [{ ...process, limits: { open_files: 1 } }] }],
    ["a volume without path", { processes: [{ ...process, additional_volumes: [{}] }] }],
    ["a null process", { processes: [null] }],
    ["nothing", undefined],
  ])("about %s", (_, data) => {
    expect(isJobFile(data)).toBe(jobFile.allows(data));
  });

  test("about thousands of generated files, good ones and bad ones", () => {
    const dice = new Dice(2424);
    const answers = Array.from({ length: 5000 }, () => {
      const data = generate(jobShape, dice);
      const answer = isJobFile(data);
      if (answer !== jobFile.allows(data)) throw new Error(`not about ${Bun.inspect(data)}`);
      return answer;
    });
    const good = answers.filter((answer) => answer).length;
    expect(good).toBeGreaterThan(500);
    expect(good).toBeLessThan(4500);
  });
});

test("the pattern of a quantity of memory matches what can be parsed", () => {
  const dice = new Dice(512);
  const numbers = ["1", "02", "_", ".", "+", "-", " "] as const;
  const parts = [...numbers, "e", "M", "k", "G", "i", "B", "b", "T", "x"] as const;
  const quantities = Array.from({ length: 20000 }, () =>
    Array.from({ length: 1 + dice.roll(5) }, () => dice.pick(parts)).join(""),
  );
  const accepted = quantities.filter((quantity) => memoryPattern.test(quantity));
  expect(accepted.length).toBeGreaterThan(100);
  expect(accepted.filter((quantity) => parseMemory(quantity) === undefined)).toEqual([]);
});

test("docs/bpm.schema.json is up to date", () => {
  expect(readFileSync(join(project, "docs/bpm.schema.json"), "utf8")).toBe(editorSchemaText());
});

test("every property is described", () => {
  const described = (schema: unknown): string[] => {
    if (typeof schema !== "object" || schema === null) return [];
    const properties = "properties" in schema ? Object.entries(schema.properties ?? {}) : [];
    const missing = properties.filter(([, field]) => !field.description).map(([name]) => name);
    return [...missing, ...Object.values(schema).flatMap(described)];
  };
  expect(described(JSON.parse(editorSchemaText()))).toEqual([]);
});
