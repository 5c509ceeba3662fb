/** Names that would lead out of their directory are refused. */

import { describe, expect, test } from "bun:test";
import { checkName } from "../../../src/bosh/names.ts";
import { processPaths } from "../../../src/bosh/process-paths.ts";
import { idOfLeaf, leafName } from "../../../src/host/leaf.ts";
import { escapeControl } from "../../../src/report/escape.ts";

describe("A name", () => {
  test.each(["", ".", "..", "a/b", "/", "a/", "../a", "a\0"])("%j is refused", (name) => {
    expect(() => checkName("job", name)).toThrow("invalid job name");
  });

  test.each(["a", "...", "a.b", "-", "é"])("%j is one", (name) => {
    expect(() => checkName("process", name)).not.toThrow();
  });

  test("of a leaf belongs to the BOSH root that it was made for", () => {
    const own = { root: "/var/vcap" };
    const leaf = leafName(processPaths(own, "web", "web"), "0123abcd");
    expect(idOfLeaf(own, leaf)).toBe("bpm-web");
    expect(idOfLeaf({ root: "/elsewhere" }, leaf)).toBeUndefined();
  });

  // CVE-2021-42574.
  test.each(["\u202a", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"])("%j is shown", (mark) => {
    expect(escapeControl(`a${mark}b`)).toBe(`a\\u${mark.charCodeAt(0).toString(16)}b`);
  });
});
