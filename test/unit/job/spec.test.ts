/** What keeps a director from taking a job is told with its place. */
import { describe, expect, test } from "bun:test";
import { parseSpec } from "../../../src/job/spec.ts";

function problems(text: string): string[] {
  return parseSpec(text, "spec").problems.map(
    ({ position, message }) => `${position.line}:${position.column} ${message}`,
  );
}

describe("a spec's problems", () => {
  test.each([
    ["- a\n", "1:1 a spec is a mapping, but this is of class Array"],
    ["description: x\n", "1:1 the job has no name"],
    ["name: a b\n", '1:1 "a b": a job\'s name may have only letters, digits, - + _ and .'],
    ["name: a\ntemplates: [x]\n", "2:1 templates is of class Array, not a mapping"],
    ["name: a\ntemplates: {x: [y]}\n", "2:13 a template is a line `FILE: DESTINATION`"],
    ["name: a\nproperties:\n  b: text\n", "3:3 a property is a mapping with a description, but"],
    ["name: a\nproperties:\n  b: {default: .nan}\n", "3:7 NaN cannot be stored as JSON"],
    ["name: a\nconsumes: {b: c}\n", "2:1 consumes is no list"],
    ["name: a\nconsumes: [{name: b}]\n", "2:12 each of consumes needs a name and a type"],
    ["name: a\nprovides: [{name: b, type: c}, {name: b, type: d}]\n", 'provides has "b" twice'],
    ["name: a\nprovides: [{name: b, type: c, optional: true}]\n", "link cannot be optional"],
    ["name: a\npackages: x\n", "2:1 packages is no list"],
  ])("of %j", (text, message) => {
    expect(problems(text).join("\n")).toContain(message);
  });

  test("are none in a good one", () => {
    expect(problems("name: a\nproperties:\n  b:\n    default: null\n  c:\n")).toEqual([]);
  });
});

test("a spec that is no YAML has a place, too", () => {
  expect(() => parseSpec("name: [a\n", "a/spec")).toThrow("a/spec:1:7: this [ has no closing ]");
});

test("the place of a property is its last declaration", () => {
  const text = "name: a\nproperties:\n  b: {default: 1}\n  b: {default: 2}\n";
  const [property] = parseSpec(text, "spec").properties;
  expect([property?.default, property?.position.line]).toEqual([2n, 4]);
});
