/** What operators give: files, single values, variables, links. */
import { describe, expect, test } from "bun:test";
import { mergeHashes, nested, readAssignment } from "../../../src/job/given.ts";
import { standardInstance, withFields } from "../../../src/job/instance.ts";
import { completeLinks } from "../../../src/job/links.ts";
import { withoutValues } from "../../../src/job/secrets.ts";
import { interpolate } from "../../../src/job/variables.ts";
import { encode, toJson } from "../../../src/job/wire.ts";
import { mapping, value } from "./fixtures.ts";

const json = (one: Parameters<typeof encode>[0]) => toJson(encode(one));

test("later hashes are merged into earlier ones", () => {
  const hashes = ["{a: {b: 1, c: 2}, d: [1]}", "{a: {c: 3}, d: [2]}"].map(mapping);
  const merged = mergeHashes(hashes);
  expect(json(merged)).toBe(json(value("{a: {b: 1, c: 3}, d: [2]}")));
});

test("one property is given by its dotted name", () => {
  const [name, one] = readAssignment("a.b=[1, yes]", "-s");
  expect(json(nested(name, one))).toBe(json(value("{a: {b: [1, true]}}")));
  expect(() => readAssignment("a.b", "-s")).toThrow('-s takes NAME=VALUE, not "a.b"');
});

describe("variables", () => {
  const variables = mapping('{port: 80, host: h, cert: {ca: "CA"}, list: [1], x.y: dotted}');
  test.each([
    ["((port))", "80"],
    ["http://((host)):((port))/", "http://h:80/"],
    ["((cert.ca))", "CA"],
    ["((x.y))", "dotted"],
    ["((!host))", "h"],
    ["{((host)): [((list))]}", "{h: [[1]]}"],
    ["(( host ))", '"(( host ))"'],
  ])("%s becomes %s", (text, expected) => {
    expect(
      json(interpolate(value(text.startsWith("{") ? text : JSON.stringify(text)), variables)),
    ).toBe(json(value(expected)));
  });

  test("all that are missing are told at once", () => {
    expect(() => interpolate(value('["((b))", "x((a.c))", "((port))"]'), variables)).toThrow(
      "there are no values for these variables: a.c, b",
    );
  });

  test("a list is no part of a text", () => {
    expect(() => interpolate("x((list))", variables)).toThrow("is no scalar");
  });
});

describe("links", () => {
  const links = (given: string) =>
    completeLinks([{ name: "db", type: "sql" }], mapping(given), standardInstance("web")).get("db");

  test("are completed from what is usual", () => {
    const link = links("{db: {instances: [{address: 10.0.0.1}, {az: z2}]}}");
    expect(json(link ?? null)).toContain(json(value("{group_name: db-sql}")).slice(5, -1));
    const instances = (link as Map<string, Map<string, unknown>[]>).get("instances") ?? [];
    expect(
      instances.map((one) => [one.get("address"), one.get("az"), one.get("bootstrap")]),
    ).toEqual([
      ["10.0.0.1", "z1", true],
      ["127.0.0.1", "z2", false],
    ]);
  });

  const wrong = ["{db: 1}", "{db: {instances: 1}}", "{db: {instances: [1]}}"];
  test.each(wrong)("%s is no link", (given) => {
    expect(() => links(given)).toThrow('the link "db"');
  });
});

test("an instance has only the fields that templates know", () => {
  const instance = withFields(standardInstance("web"), [["index", 3n]]);
  expect(instance.get("index")).toBe(3n);
  expect(() => withFields(instance, [["ips", 1n]])).toThrow('an instance has no "ips"');
});

test("values stay out of messages, the longer ones first", () => {
  const given = [mapping("{a: {b: geheim}, c: [geheimer], d: x}")];
  expect(withoutValues("bad geheimer geheim x", given)).toBe("bad [value of c.0] [value of a.b] x");
});
