import { describe, expect, test } from "bun:test";
import { BoshPath, boshRoot, isWithin, toHost, toJail } from "../../../src/bosh/paths.ts";

describe("the BOSH root", () => {
  test("is /var/vcap unless the environment says otherwise", () => {
    expect(boshRoot({})).toEqual({ root: "/var/vcap" });
    expect(boshRoot({ BPM_BOSH_ROOT: "" })).toEqual({ root: "/var/vcap" });
    expect(boshRoot({ BPM_BOSH_ROOT: "/srv/bosh" })).toEqual({ root: "/srv/bosh" });
  });

  test.each(["vcap", "./vcap", "/var/vcap/", "/var/../vcap", "/var//vcap", "/", "/a\0b"])(
    "is refused when it is %p",
    (root) => {
      expect(() => boshRoot({ BPM_BOSH_ROOT: root })).toThrow("BPM_BOSH_ROOT must be");
    },
  );
});

describe("a BOSH path", () => {
  const path = new BoshPath({ root: "/srv/bosh" }, "data/web");

  test("has a side on the host and one in the sandbox", () => {
    expect<string>(path.external()).toBe("/srv/bosh/data/web");
    expect<string>(path.internal()).toBe("/var/vcap/data/web");
  });

  test("is no text until a side is chosen", () => {
    expect(() => `${path}`).toThrow("without choosing a side");
  });
});

test.each([
  ["/a/b", "/a/b", true],
  ["/a/b/c", "/a/b", true],
  ["/a/bc", "/a/b", false],
  ["/a", "/a/b", false],
  ["/a", "/", true],
])("%s is within %s: %p", (path, directory, expected) => {
  expect(isWithin(path, directory)).toBe(expected);
});

test.each([
  ["/var/vcap", "/srv/bosh"],
  ["/var/vcap/jobs/web", "/srv/bosh/jobs/web"],
  ["/var/vcap-other", "/var/vcap-other"],
  ["/opt/data", "/opt/data"],
])("%s in the sandbox is %s on the host, and back", (jail, host) => {
  const root = { root: "/srv/bosh" };
  expect<string>(toHost(root, jail)).toBe(host);
  expect<string>(toJail(root, host)).toBe(jail);
});
