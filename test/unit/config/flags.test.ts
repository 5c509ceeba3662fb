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

  test("may be named as the host has it", () => {
    const root = { root: "/srv/bosh" };
    const flag = "/srv/bosh/data/x:writable";
    expect(parseVolumeFlag(flag, { job: "web", root })).toMatchObject({ path: "/srv/bosh/data/x" });
    const message =
      "invalid volume path: /srv/bosh/data/web " +
      "cannot conflict with default job data or store directories";
    expect(() => parseVolumeFlag("/srv/bosh/data/web", { job: "web", root })).toThrow(message);
    expect(() => parseVolumeFlag("/srv/bosh", { job: "web", root })).toThrow("must be within");
    expect(() => parseVolumeFlag("/srv/bosh/data/x", { job: "web" })).toThrow("must be within");
  });

  test.each([
    "/var/vcap/data/bpm:writable",
    "/var/vcap/data/bpm/locks:writable",
    "/var/vcap/sys/run/bpm:mount_only,writable",
    "/var/vcap/sys/run/bpm/web:writable",
    "/var/vcap/data/sys/run/bpm-state:writable",
    "/srv/bosh/sys/run/bpm-state/x:writable",
  ])("%p is bpm's own", (flag) => {
    const reader = { job: "web", root: { root: "/srv/bosh" } };
    expect(() => parseVolumeFlag(flag, reader)).toThrow("is bpm's own and cannot be writable");
    const readOnly = flag.replace(/,?writable/, "").replace(/:$/, "");
    expect(parseVolumeFlag(readOnly, reader).writable).toBe(false);
  });

  test.each([
    ["/etc", "invalid volume path: /etc must be within /var/vcap"],
    ["/var/vcap/data/x:bogus", "invalid volume option: bogus"],
    ["/etc:bogus", "invalid volume option: bogus"],
    ["/var/vcap/data/x:", "invalid volume option: "],
    ["/var/vcap/data/x:writable,", "invalid volume option: "],
    [
      "/var/vcap/data/x:writable:x",
      "invalid volume definition (format: <path>[:<options>]): /var/vcap/data/x:writable:x",
    ],
    ["", "volume path must be canonical, expected . but got "],
    [
      "/var/vcap/data/x/",
      "volume path must be canonical, expected /var/vcap/data/x but got /var/vcap/data/x/",
    ],
    [
      "/var/vcap/data/web",
      "invalid volume path: /var/vcap/data/web " +
        "cannot conflict with default job data or store directories",
    ],
  ])("%p is refused", (text, message) => {
    expect(() => parseVolumeFlag(text, context)).toThrow(expect.objectContaining({ message }));
  });
});

describe("a variable on the command line", () => {
  test.each([
    ["A=b", "A", "b"],
    ["A=x=y", "A", "x=y"],
    ["A=", "A", ""],
    ["A= b", "A", " b"],
  ])("%p", (text, name, value) => {
    expect(parseEnvFlag(text)).toEqual([name, value]);
  });

  test.each(["bad", "", "=v", "="])("%p is refused", (text) => {
    const message =
      "invalid envionment variable definition (format should be KEY=value): " +
      JSON.stringify(text);
    expect(() => parseEnvFlag(text)).toThrow(expect.objectContaining({ message }));
  });
});
