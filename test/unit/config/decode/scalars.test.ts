import { describe, expect, test } from "bun:test";
import {
  type ScalarValue,
  scalarValue,
  toBoolean,
  toInt64,
  toUint64,
} from "../../../../src/config/decode/scalars.ts";
import type { ScalarNode } from "../../../../src/config/yaml/nodes.ts";

function scalar(text: string, tag = "", plain = true): ScalarNode {
  return { kind: "scalar", text, tag, plain, offset: 0, end: text.length, anchored: false };
}

describe("plain text", () => {
  test.each<[string, ScalarValue]>([
    ["", null],
    ["~", null],
    ["null", null],
    ["Null", null],
    ["NULL", null],
    ["nUll", "nUll"],
    ["true", true],
    ["True", true],
    ["TRUE", true],
    ["tRUE", "tRUE"],
    ["FALSE", false],
    ["yes", "yes"],
    ["on", "on"],
    ["0", 0n],
    ["-0", 0n],
    ["42", 42n],
    ["+42", 42n],
    ["-42", -42n],
    ["1_000", 1000n],
    ["1_", 1n],
    ["0x1F", 31n],
    ["-0x1f", -31n],
    ["0b101", 5n],
    ["0o17", 15n],
    ["-0o17", -15n],
    ["017", 15n],
    ["08", 8],
    ["0b2", "0b2"],
    ["0x", "0x"],
    ["_1", "_1"],
    ["-", "-"],
    ["1.5", 1.5],
    ["5.", 5],
    [".5", 0.5],
    ["-.5", -0.5],
    ["1e5", 100000],
    ["1E-2", 0.01],
    [".inf", Infinity],
    ["-.Inf", -Infinity],
    ["1e400", "1e400"],
    ["1.2.3", "1.2.3"],
    ["18446744073709551615", 18446744073709551615n],
    ["18446744073709551616", 2 ** 64],
    ["-9223372036854775808", -9223372036854775808n],
    ["-9223372036854775809", -(2 ** 63)],
    ["2020-01-02", "2020-01-02"],
    ["12:30", "12:30"],
    ["<<", "<<"],
  ])("%p means %p", (text, value) => {
    expect(scalarValue(scalar(text))).toBe(value);
  });

  test("means nothing but itself in quotes", () => {
    for (const text of ["", "~", "true", "42", "1.5"]) {
      expect(scalarValue(scalar(text, "", false))).toBe(text);
    }
  });

  test(".nan is not a number", () => {
    expect(scalarValue(scalar(".nan"))).toBeNaN();
  });
});

describe("a tag", () => {
  test.each<[string, string, ScalarValue | undefined]>([
    ["!!str", "42", "42"],
    ["!!str", "~", "~"],
    ["!!int", "42", 42n],
    ["!!int", "0x10", 16n],
    ["!!int", "4.0", undefined],
    ["!!int", "many", undefined],
    ["!!float", "1.5", 1.5],
    ["!!float", "2", 2],
    ["!!float", "x", undefined],
    ["!!bool", "true", true],
    ["!!bool", "yes", undefined],
    ["!!null", "", null],
    ["!!null", "x", undefined],
    ["!!timestamp", "2020-01-02", "2020-01-02"],
    ["!!timestamp", "soon", undefined],
    ["!!binary", "aGVsbG8=", "hello"],
    ["!!binary", "aGVs\nbG8=", "hello"],
    ["!!binary", "aGVsbG8", undefined],
    ["!!binary", "/w==", undefined],
    ["!mine", "42", "42"],
    ["!mine", "~", "~"],
  ])("%s %p means %p", (tag, text, value) => {
    expect(scalarValue(scalar(text, tag))).toBe(value);
  });
});

describe("a boolean field", () => {
  const affirmations = ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"];
  test.each([true, ...affirmations])("takes %p as true", (value) => {
    expect(toBoolean(value)).toBe(true);
  });

  const negations = ["n", "N", "no", "No", "NO", "off", "Off", "OFF"];
  test.each([false, ...negations])("takes %p as false", (value) => {
    expect(toBoolean(value)).toBe(false);
  });

  test.each(["true", "yEs", "", "1", 1n, 0, null])("refuses %p", (value) => {
    expect(toBoolean(value)).toBeUndefined();
  });
});

describe("an integer field", () => {
  test.each<[ScalarValue, bigint | undefined, bigint | undefined]>([
    [0n, 0n, 0n],
    [-1n, undefined, -1n],
    [2n ** 63n - 1n, 2n ** 63n - 1n, 2n ** 63n - 1n],
    [2n ** 63n, 2n ** 63n, undefined],
    [2n ** 64n - 1n, 2n ** 64n - 1n, undefined],
    [12500, 12500n, 12500n],
    [1e5, 100000n, 100000n],
    [1.5, 1n, 1n],
    [-1.5, 2n ** 64n - 1n, -1n],
    [1e19, 10n ** 19n, undefined],
    [2 ** 64, 2n ** 63n, undefined],
    [1e20, undefined, undefined],
    [NaN, undefined, undefined],
    ["5", undefined, undefined],
    [true, undefined, undefined],
    [null, undefined, undefined],
  ])("takes %p as %p without and as %p with sign", (value, unsigned, signed) => {
    expect(toUint64(value)).toBe(unsigned);
    expect(toInt64(value)).toBe(signed);
  });
});
