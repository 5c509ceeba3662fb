import { expect, test } from "bun:test";
import { parseMountinfo } from "../../../src/host/mountinfo.ts";

test("reads mounts with and without optional fields", () => {
  const text = [
    "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue",
    "35 31 0:32 / /sys/fs/cgroup/memory ro,relatime - cgroup cgroup rw,memory",
    "40 31 0:37 /../.. /with\\040blank\\134x rw - tmpfs none ro",
    "",
  ].join("\n");
  expect(parseMountinfo(text)).toEqual([
    {
      root: "/mnt1",
      mountPoint: "/mnt2",
      type: "ext3",
      superOptions: ["rw", "errors=continue"],
      readOnly: false,
    },
    {
      root: "/",
      mountPoint: "/sys/fs/cgroup/memory",
      type: "cgroup",
      superOptions: ["rw", "memory"],
      readOnly: true,
    },
    {
      root: "/../..",
      mountPoint: "/with blank\\x",
      type: "tmpfs",
      superOptions: ["ro"],
      readOnly: true,
    },
  ]);
});

test("ignores what is no mount", () => {
  expect(parseMountinfo("\nnonsense\n")).toEqual([]);
});
