/** YAML is read as Ruby's Psych reads it. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { className, floatText, RubySymbol, type Value } from "../../../src/job/value.ts";
import { readPsych } from "../../../src/job/yaml/psych.ts";
import { projectDirectory } from "../../support/product.ts";
import { mapping, parseJson, value } from "./fixtures.ts";

function shown(one: Value): string {
  if (one instanceof RubySymbol) return `Symbol ${one.name}`;
  return `${className(one)} ${typeof one === "number" ? floatText(one) : String(one)}`;
}

describe("plain scalars", () => {
  test.each([
    ["yes", "TrueClass true"],
    ["Off", "FalseClass false"],
    ["y", "String y"],
    ["~", "NilClass null"],
    ["NULL", "NilClass null"],
    ["0777", "Integer 511"],
    ["0o17", "String 0o17"],
    ["08", "String 08"],
    ["0x_F", "Integer 15"],
    ["0b11", "Integer 3"],
    ["1,000", "Integer 1000"],
    ["1_000", "Integer 1000"],
    ["1__0", "String 1__0"],
    ["1:30", "Integer 5400"],
    ["190:20:30.15", "Float 685230.15"],
    ["1e3", "String 1e3"],
    ["1.5e+3", "Float 1500.0"],
    ["5.", "Float 5.0"],
    ["-.0", "Float -0.0"],
    ["-.INF", "Float -Infinity"],
    [".nan", "Float NaN"],
    [":sym", "Symbol sym"],
    [':"a b"', "Symbol a b"],
    ["9007199254740993", "Integer 9007199254740993"],
    ["1.2.3", "String 1.2.3"],
    ["2020-02-30", "String 2020-02-30"],
    ["'1'", "String 1"],
    ["!!str 1", "String 1"],
    ['!!int "3"', "Integer 3"],
    ["!!float 3", "Float 3.0"],
    ["!ruby/symbol a", "Symbol a"],
  ])("%s is %s", (text, expected) => {
    expect(shown(mapping(`k: ${text}`).get("k") ?? null)).toBe(expected);
  });

  test.each([
    ["2020-01-02", "f:2:4: the director refuses to load this: Tried to load unspecified class: D"],
    ["2020-01-02 10:00:00", "Tried to load unspecified class: Time"],
    ["!ruby/regexp /a/", "Tried to load unspecified class"],
  ])("%s is refused", (text, message) => {
    expect(() => readPsych(`\nk: ${text}`, "f")).toThrow(message);
  });
});

const answers = join(projectDirectory, "../shared/jobs/psych-scalars.json");

describe.skipIf(!existsSync(answers))("the answers of ../shared/jobs/psych-scalars.json", () => {
  const rows = existsSync(answers) ? Object.entries(exact(readFileSync(answers, "utf8"))) : [];
  test.each(rows)("%s", (text, { class: kind, value: expected, error }) => {
    if (error !== undefined) {
      const reason = error.replace("Psych::DisallowedClass: ", "");
      expect(() => value(`k: ${text}`)).toThrow(reason);
      return;
    }
    const found = mapping(`k: ${text}`).get("k") ?? null;
    expect(className(found)).toBe(kind);
    const plain = found instanceof RubySymbol ? found.name : found;
    expect(String(plain)).toBe(String(expected));
  });
});

interface ScalarAnswer {
  readonly class: string;
  readonly value: unknown;
  readonly error?: string;
}

/** Integers of any size stay what they are. */
function exact(text: string): Record<string, ScalarAnswer> {
  const number = (source: string) => (/^-?\d+$/.test(source) ? BigInt(source) : Number(source));
  return parseJson(text, number) as Record<string, ScalarAnswer>;
}

describe("collections", () => {
  test("the last of equal keys counts, in the place of the first", () => {
    expect([...mapping("{a: 1, b: 2, a: 3}")]).toEqual([
      ["a", 3n],
      ["b", 2n],
    ]);
  });

  test("merge keys replace what stands before them, and not what follows", () => {
    const found = mapping("x: &x {a: 1, b: 2}\ny:\n  a: 0\n  <<: *x\n  b: 9\n").get("y");
    expect(found).toEqual(
      new Map([
        ["a", 1n],
        ["b", 9n],
      ]),
    );
  });

  test("an alias is the same object", () => {
    const found = mapping("a: &x [1]\nb: *x\n");
    expect(found.get("a")).toBe(found.get("b") ?? null);
  });

  test("keys may be of any kind", () => {
    expect([...mapping("1: a\n:b: c\ntrue: d\n").keys()]).toEqual([1n, RubySymbol.of("b"), true]);
  });
});
