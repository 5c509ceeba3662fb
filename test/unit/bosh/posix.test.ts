import { describe, expect, test } from "bun:test";
import { posix } from "node:path";
import { dirname, join, normalize, resolve } from "../../../src/bosh/posix.ts";

const components = ["", ".", "..", "a", "b.c", "..d"];

/** Every path of up to four of the components. */
function paths(): string[] {
  let found = [""];
  for (let length = 0; length < 4; length++) {
    found = [...new Set(found.flatMap((path) => components.map((next) => `${path}/${next}`)))];
  }
  return [...found, ...found.map((path) => path.slice(1)).filter((path) => path !== "")];
}

describe("Paths by their text", () => {
  test.each(["normalize", "join"] as const)("%s as node:path does", (name) => {
    const own = { normalize, join }[name];
    expect(paths().filter((path) => own(path) !== posix[name](path))).toEqual([]);
  });

  test("join several as node:path does", () => {
    for (const path of paths()) expect(join("/a", path, "b")).toBe(posix.join("/a", path, "b"));
  });

  test("resolve and name directories as node:path does", () => {
    for (const path of paths()) {
      expect(resolve("/x/y", path)).toBe(posix.resolve("/x/y", path));
      const whole = posix.resolve("/", path);
      expect(dirname(whole)).toBe(posix.dirname(whole));
    }
  });
});
