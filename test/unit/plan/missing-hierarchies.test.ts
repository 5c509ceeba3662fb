import { expect, test } from "bun:test";
import { parseMountinfo } from "../../../src/host/mountinfo.ts";
import { planMissingHierarchies } from "../../../src/plan/missing-hierarchies.ts";

const sysfs = "20 1 0:20 / /sys ro - sysfs sysfs ro";
const top = "31 20 0:29 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755";
const memory = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
const unified = "30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw";
const v1 = ["9:name=systemd:/", "4:memory:/x", "3:devices:/x", "2:cpu,cpuacct:/x"];

/** `type path options`, one mount a row. */
function missing(mountinfo: readonly string[], cgroup: readonly string[]): string[] {
  const mounts = parseMountinfo(mountinfo.join("\n"));
  const steps = planMissingHierarchies(mounts, `${cgroup.join("\n")}\n`);
  return steps.map((step) => {
    if (step.kind !== "mount") throw new Error(step.kind);
    const options = step.options.map(({ key, value }) => (value === "" ? key : `${key}=${value}`));
    return [step.type, step.path, ...options].join(" ");
  });
}

const rows: [string, readonly string[], readonly string[], string[]][] = [
  [
    "the controllers that bpm needs, where nothing is mounted",
    [sysfs],
    v1,
    [
      "tmpfs /sys/fs/cgroup mode=755",
      "cgroup /sys/fs/cgroup/memory memory",
      "cgroup /sys/fs/cgroup/devices devices",
    ],
  ],
  ["only what is missing", [sysfs, top, memory], v1, ["cgroup /sys/fs/cgroup/devices devices"]],
  [
    "hierarchies of several controllers as a whole",
    [top],
    ["4:memory,pids:/"],
    ["cgroup /sys/fs/cgroup/memory,pids memory pids"],
  ],
  ["the one of v2", [sysfs], ["0::/"], ["cgroup2 /sys/fs/cgroup"]],
  ["nothing where v2 is mounted", [sysfs, unified], ["0::/"], []],
  ["nothing where v1 has what is needed, beside v2", [top, memory], ["4:memory:/", "0::/"], []],
  ["nothing on a kernel without cgroups", [sysfs], [], []],
];
test.each(rows)("mounts %s", (_, mountinfo, cgroup, expected) => {
  expect(missing(mountinfo, cgroup)).toEqual(expected);
});
