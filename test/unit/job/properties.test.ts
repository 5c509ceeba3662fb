/** What is told of properties, and the file to fill in. */
import { afterAll, describe, expect, test } from "bun:test";
import { bindProperties } from "../../../src/job/bind.ts";
import { readJob } from "../../../src/job/lint.ts";
import { propertyFacts } from "../../../src/job/properties.ts";
import { rubyParser } from "../../../src/job/ruby/prism.ts";
import { skeleton } from "../../../src/job/skeleton.ts";
import { parseSpec } from "../../../src/job/spec.ts";
import { RubySymbol } from "../../../src/job/value.ts";
import { plainJson } from "../../../src/job/yaml/plain-json.ts";
import { yamlText } from "../../../src/job/yaml/text.ts";
import { mapping, Release, value } from "./fixtures.ts";

const release = new Release();
afterAll(() => release.remove());

function facts(template: string, properties: string) {
  const path = release.job(template, `properties:\n${properties}`);
  return propertyFacts(readJob({ path, name: "web" }, rubyParser()));
}

test.each([
  ["<%= p('a') %>", true],
  ["<%= p('a.') %>", true],
  ["<%= p('a', 1) %>", false],
  ["<%= p(['a', 'b']) %>", false],
  ["<% if_p('a') do %><% end %>", false],
  ["<%= p('a.b') %>", false],
  ["", false],
])("with %s a property is required: %p", (template, required) => {
  expect(facts(template, "  a: {description: A}\n")[0]?.required).toBe(required);
});

test("a default is never required, and uses have places", () => {
  const [one, other] = facts("x\n <%= p('a') %><%= p('b') %>", "  a: {default: 1}\n  b.c: {}\n");
  expect([one?.required, one?.default]).toEqual([false, 1n]);
  expect(one?.uses.map(({ line, column }) => `${line}:${column}`)).toEqual(["2:8"]);
  expect(other?.uses.map(({ line, column }) => `${line}:${column}`)).toEqual(["2:21"]);
});

describe("the file to fill in", () => {
  const properties =
    '  db.user: {description: "who\\nasks", example: me}\n' +
    "  db.port: {default: 5432}\n" +
    '  x.y: {default: {k: [yes, "no"]}}\n  z: {}\n';
  const text = skeleton("web", facts("<%= p('db.user') %><%= p('z', 1) %>", properties));

  test("has what is required, and the rest as comments", () => {
    expect(text).toBe(
      "# Properties of web.\ndb:\n  # who\n  # asks\n  # for example me\n  user:\n\n" +
        "# Those that follow may be given.\n# db:\n#   port: 5432\n# x:\n" +
        '#   y: {k: [true, "no"]}\n# z:\n',
    );
  });

  test("is YAML that means the defaults", () => {
    const spec = parseSpec(`name: web\nproperties:\n${properties}`, "spec");
    const uncommented = text.slice(text.indexOf("# db")).replace(/^# /gm, "");
    const bound = (given: string) => bindProperties(spec.properties, mapping(given));
    expect(bound(uncommented)).toEqual(bound(""));
    expect(bound(text)).toEqual(bound(""));
  });
});

test.each([
  ["text", "text"],
  ["yes", '"yes"'],
  ["1", '"1"'],
  ["", '""'],
  ["a b", '"a b"'],
  [":x", '":x"'],
  ["a: b", '"a: b"'],
  ["é", '"é"'],
  ["line\n", '"line\\n"'],
])("the text %j is written %s, and read back", (text, written) => {
  expect(yamlText(text)).toBe(written);
  expect(value(`k: ${written}`)).toEqual(new Map([["k", text]]));
});

test("values of every kind are written, and read back", () => {
  const all = mapping("a: [1, 1.0, .inf, -.inf, null, true]\nb: {1: x}\nc: :s\n");
  expect(mapping(yamlText(all).replace(/, c: .*/, "}"))).toEqual(
    new Map([...all].filter(([key]) => key !== "c")),
  );
  expect(yamlText(RubySymbol.of("s"))).toBe(":s");
  expect(JSON.stringify(plainJson(mapping("{1: [1.0, x]}")))).toBe('{"1":[1.0,"x"]}');
});
