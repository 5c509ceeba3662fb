import { describe, expect, test } from "bun:test";

import { parseEnvFlag, parseVolumeFlag } from "../../../src/config/flags.ts";

const context = { job: "web" };

describe("a volume on the command line", () => {
  const none = { writable: false, allowExecutions: false, mountOnly: false, shared: false };

  test.each([
    ["/var/vcap/data/x", {}],
    ["/var/vcap/data/x:writable", { writable: true }],
    ["/var/vcap/data/x:mount_only,shared", { mountOnly: true, shared: true }],
    ["/var/vcap/data/x:allow_executions,writable", { allowExecutions: true, writable: true }],
    ["/var/vcap/data/x:writable,writable", { writable: true }],
  ])("%p", (text, options) => {
    const path = "/var/vcap/data/x";
    expect(parseVolumeFlag(text, context)).toEqual({ path, ...none, ...options });
  });

  test.each([
    ["/etc", "invalid volume path: /etc must be within /var/vcap"],
    ["/var/vcap/data/x:bogus", "invalid volume option: bogus"],
    ["/etc:bogus", "invalid volume option: bogus"],
    ["/var/vcap/data/x:", "invalid volume option: "],
    ["/var/vcap/data/x:writable,", "invalid volume option: "],
    ["/var/vcap/data/x:writable:x",
      "invalid volume definition (format: <path>[:<options>]): /var/vcap/data/x:writable:x"],
    ["", "volume path must be canonical, expected . but got "],
    ["/var/vcap/data/x/",
      "volume path must be canonical, expected /var/vcap/data/x but got /var/vcap/data/x/"],
    ["/var/vcap/data/web",
      "invalid volume path: /var/vcap/data/web "
        + "cannot conflict with default job data or store directories"],
  ])("%p is refused", (text, message) => {
    expect(() => parseVolumeFlag(text, context)).toThrow(expect.objectContaining({ message }));
  });
});

describe("a variable on the command line", () => {
  test.each([["A=b", "A", "b"], ["A=x=y", "A", "x=y"], ["A=", "A", ""], ["A= b", "A", " b"]])(
    "%p",
    (text, name, value) => {
      expect(parseEnvFlag(text)).toEqual([name, value]);
    },
  );

  test.each(["bad", "", "=v", "="])("%p is refused", (text) => {
    const message = "invalid envionment variable definition (format should be KEY=value): "
      + JSON.stringify(text);
    expect(() => parseEnvFlag(text)).toThrow(expect.objectContaining({ message }));
  });
});
