import { describe, expect, test } from "bun:test";
import { posix } from "node:path";
import { glob, matchesName } from "../../../src/host/glob.ts";

describe("one component", () => {
  // The rows follow the rules of Go's path/filepath.Match.
  test.each([
    ["abc", "abc", true],
    ["*", "abc", true],
    ["*", "", true],
    ["*c", "abc", true],
    ["a*", "abc", true],
    ["a*b*c", "aXbYbZc", true],
    ["a*b*c", "aXbY", false],
    ["**", "abc", true],
    ["*", ".hidden", true],
    ["?", "ü", true],
    ["?", "💡", true],
    ["?", "", false],
    ["??", "a", false],
    ["[a-c]", "b", true],
    ["[a-c]", "d", false],
    ["[^a-c]", "d", true],
    ["[^a-c]", "b", false],
    ["[!a]", "!", true],
    ["[!a]", "b", false],
    ["[\\]a]", "]", true],
    ["[\\-x]", "-", true],
    ["[c-a]", "b", false],
    ["[ü-ÿ]", "ý", true],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
    ["*x*x*x*x*x*x*x*x*y", "x".repeat(200), false],
  ])("%p against %p: %p", (pattern, name, expected) => {
    expect(matchesName(pattern, name)).toBe(expected);
  });

  const malformed = ["[", "[]", "[]a]", "[^", "[^]", "[a", "[a-", "[a-]", "[-a]", "[-]", "a\\"];
  test.each([...malformed, "*[", "[\\"])("%p is malformed", (pattern) => {
    expect(() => matchesName(pattern, "a")).toThrow("is malformed");
  });
});

describe("a path", () => {
  const files = [
    "/opt/unr-a/file",
    "/opt/unr-b/file",
    "/opt/.unr-c/file",
    "/opt/plain",
    "/jobs/b/config/indicators.yml",
    "/jobs/a/config/indicators.yml",
    "/jobs/c/config/other.yml",
    "/jobs/star*/x",
  ];
  const all = new Set(
    files.flatMap((file) => {
      const parts = file.split("/");
      return parts.map((_, end) => parts.slice(0, end + 1).join("/") || "/");
    }),
  );
  const tree = {
    list: (directory: string) =>
      [...all]
        .filter((path) => path !== "/" && posix.dirname(path) === directory)
        .map((path) => posix.basename(path)),
    exists: (path: string) => all.has(posix.resolve(path)),
  };

  test.each([
    ["/opt/plain", ["/opt/plain"]],
    ["/opt/plain/", ["/opt/plain"]],
    ["/opt/absent", []],
    ["/opt/unr-*", ["/opt/unr-a", "/opt/unr-b"]],
    ["/opt//unr-*", ["/opt/unr-a", "/opt/unr-b"]],
    ["/opt/../opt/unr-*", ["/opt/unr-a", "/opt/unr-b"]],
    ["/opt/unr-*/", []],
    ["/opt/unr-*//file", []],
    ["/opt/unr-*/..", []],
    ["/opt/*", ["/opt/.unr-c", "/opt/plain", "/opt/unr-a", "/opt/unr-b"]],
    [
      "/jobs/*/config/indicators.yml",
      ["/jobs/a/config/indicators.yml", "/jobs/b/config/indicators.yml"],
    ],
    ["/jobs/**/indicators.yml", []],
    [
      "/jobs/**/**/indicators.yml",
      ["/jobs/a/config/indicators.yml", "/jobs/b/config/indicators.yml"],
    ],
    ["/jobs/star\\*/x", ["/jobs/star*/x"]],
    ["/nosuch/*", []],
    ["/opt/plain/*", []],
  ])("%s matches %p", (pattern, expected) => {
    expect(glob(pattern, tree)).toEqual(expected);
  });

  test("is refused when a component is malformed, though nothing could match it", () => {
    expect(() => glob("/nosuch/*/[a", tree)).toThrow('the glob "/nosuch/*/[a" is malformed');
    expect(() => glob("/nosuch/[a/b]", tree)).toThrow("is malformed");
  });

  test("is refused when it is relative", () => {
    expect(() => glob("opt/*", tree)).toThrow("is not absolute");
  });
});
