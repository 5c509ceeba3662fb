/** Properties are bound as the director binds them. */
import { describe, expect, test } from "bun:test";
import { bindProperties, ignoredNames, sorted } from "../../../src/job/bind.ts";
import { parseSpec } from "../../../src/job/spec.ts";
import { encode, toJson } from "../../../src/job/wire.ts";
import { mapping, value } from "./fixtures.ts";

const declared = (properties: string) => parseSpec(`name: web\nproperties: ${properties}`, "spec");

function bound(properties: string, given: string): string {
  return toJson(encode(bindProperties(declared(properties).properties, mapping(given))));
}

const wire = (yaml: string) => toJson(encode(value(yaml)));

describe("bindProperties", () => {
  test.each([
    ["a default", "{a: {default: 1}}", "", "{a: 1}"],
    ["a given value", "{a: {default: 1}}", "{a: 2}", "{a: 2}"],
    ["false is a value", "{a: {default: true}}", "{a: false}", "{a: false}"],
    ["null is none", "{a: {default: true}}", "{a: null}", "{a: true}"],
    ["nothing at all", "{a.b: {}}", "", "{a: {b: null}}"],
    ["undeclared names vanish", "{a.b: {}}", "{a: {b: 1, c: 2}, d: 3}", "{a: {b: 1}}"],
    ["a hash is not merged", "{a: {default: {x: 1, y: 2}}}", "{a: {y: 3}}", "{a: {y: 3}}"],
    [
      "hashes are sorted",
      "{a: {}}",
      "{a: {c: {z: 1, y: 2}, b: 1}}",
      "{a: {b: 1, c: {y: 2, z: 1}}}",
    ],
    ["those in lists are not", "{a: {}}", "{a: {b: [{z: 1, y: 2}]}}", "{a: {b: [{z: 1, y: 2}]}}"],
    ["a parent first", "{a: {default: {k: 1}}, a.b: {default: 2}}", "", "{a: {k: 1, b: 2}}"],
    ["a child first", "{a.b: {default: 2}, a: {default: {k: 1}}}", "", "{a: {k: 1}}"],
    ["a parent that is false", "{a: {default: false}, a.b: {default: 2}}", "", "{a: {b: 2}}"],
    ["a symbol as default", "\n  a:\n    default: :x\n", "", '{a: "x"}'],
    ["keys of a default become texts", "{a: {default: {1: x}}}", "", '{a: {"1": x}}'],
    ["keys of a value stay", "{a: {}}", "{a: {2: x, 1: y}}", "{a: {1: y, 2: x}}"],
  ])("%s", (_, properties, given, expected) => {
    expect(bound(properties, given)).toBe(wire(expected));
  });

  test.each([
    ["{a.b: {default: 1}}", "{a: text}", "Property 'a.b' expects a hash, but received 'String'"],
    ["{a.b.c: {}}", "{a: {b: [1]}}", "Property 'a.b.c' expects a hash, but received 'Array'"],
    ["{a: {}}", "{a: {1: x, b: y}}", "comparison of Array with Array failed"],
    ["{a: {default: 1}, a.b: {default: 2}}", "", 'property "a.b" cannot be set'],
  ])("%s refuses %s", (properties, given, message) => {
    expect(() => bound(properties, given)).toThrow(message);
  });
});

test("keys are sorted by their bytes", () => {
  const keys = [..."\u{1F600}\uFFFDzZ"];
  const hash = sorted(new Map(keys.map((key) => [key, null])));
  expect([...(hash as Map<string, null>).keys()]).toEqual(["Z", "z", "\uFFFD", "\u{1F600}"]);
});

test.each([
  ["{a.b: {}}", "{a: {b: 1, c: 2}, d: {e: 1}}", ["a.c", "d"]],
  ["{a: {}}", "{a: {b: 1}}", []],
])("with %s, %s has names without effect", (properties, given, names) => {
  expect(ignoredNames(declared(properties).properties, mapping(given))).toEqual(names);
});
