import { describe, expect, test } from "bun:test";

import { planCgroups } from "../../../src/plan/cgroups.ts";
import type { Hierarchy } from "../../../src/plan/facts.ts";
import { config, facts, plan, volume } from "./fixtures.ts";

function v1(...controllers: string[]): Hierarchy {
  return { version: 1, parent: `/cg/${controllers.join(",")}`, controllers, enabled: controllers };
}

function v2(controllers: string[], enabled: string[]): Hierarchy {
  return { version: 2, parent: "/cg", controllers, enabled };
}

const limits = { memoryBytes: 268_435_456n, processes: 50n };
const request = { leaf: "bpm-web-4f2a", limits, deviceRules: undefined };

/** `file=value`, with a `?` behind the file of an optional setting. */
function settings(hierarchy: Hierarchy, different: Partial<typeof request> = {}): string[] {
  return planCgroups({ ...request, ...different }, [hierarchy]).flatMap((cgroup) =>
    cgroup.settings.map(({ file, value, optional }) => `${file}${optional ? "?" : ""}=${value}`)
  );
}

test("a leaf is made in each hierarchy that is needed, and in no other", () => {
  const joined = planCgroups({ ...request, limits: {} }, [
    v1("cpu", "cpuacct"),
    v1("memory"),
    v1("pids"),
    v1("blkio"),
    v1("devices"),
    v1("freezer"),
    v1("name=systemd"),
    v2(["hugetlb"], []),
  ]);
  expect(joined.map(({ version, directory }) => [version, directory])).toEqual([
    [1, "/cg/memory/bpm-web-4f2a"],
    [1, "/cg/pids/bpm-web-4f2a"],
    [1, "/cg/devices/bpm-web-4f2a"],
    [1, "/cg/freezer/bpm-web-4f2a"],
    [1, "/cg/name=systemd/bpm-web-4f2a"],
    [2, "/cg/bpm-web-4f2a"],
  ]);
  expect(joined.flatMap((cgroup) => cgroup.settings)).toEqual([]);
});

describe("limits on v1", () => {
  test("memory counts swap too, where that is accounted", () => {
    expect(settings(v1("memory"), { limits: { memoryBytes: 1024n, processes: 0n } })).toEqual([
      "memory.limit_in_bytes=1024",
      "memory.memsw.limit_in_bytes?=1024",
    ]);
  });

  test("processes", () => {
    expect(settings(v1("memory", "pids"), { limits })).toContain("pids.max=50");
  });

  test("none when none is set, or 0", () => {
    const zero = { memoryBytes: 0n, processes: 0n };
    expect(settings(v1("memory", "pids"), { limits: zero })).toEqual([]);
  });
});

describe("limits on v2", () => {
  test("leave nothing for swap, and kill a job as a whole", () => {
    expect(settings(v2(["memory", "pids"], ["memory", "pids"]))).toEqual([
      "memory.max=268435456",
      "memory.swap.max?=0",
      "memory.oom.group?=1",
      "pids.max=50",
    ]);
  });

  test("have the parent hand down the controllers that it does not yet, first of all", () => {
    const file = "../cgroup.subtree_control";
    expect(settings(v2(["memory", "pids"], [])).at(0)).toBe(`${file}=+memory +pids`);
    expect(settings(v2(["memory", "pids"], ["memory"])).at(0)).toBe(`${file}=+pids`);
  });

  test("change nothing in the parent when none is set", () => {
    expect(planCgroups({ ...request, limits: {} }, [v2(["memory", "pids"], [])])).toEqual([
      { version: 2, directory: "/cg/bpm-web-4f2a", settings: [] },
    ]);
  });

  test("are kept by whichever hierarchy has the controller on hybrid hosts", () => {
    const cgroups = planCgroups(request, [v1("memory"), v2(["pids"], ["pids"])]);
    expect(cgroups.map((cgroup) => cgroup.settings.map(({ file }) => file))).toEqual([
      ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"],
      ["pids.max"],
    ]);
  });
});

describe("a limit that this host cannot keep is refused", () => {
  test.each([
    ["limits.memory", { memoryBytes: 1n }, "memory"],
    ["limits.processes", { processes: 1n }, "pids"],
  ])("%s", (property, wanted, controller) => {
    const cgroups = [v1("freezer"), v2([], [])];
    expect(() => plan({ config: config({ limits: wanted }), facts: facts({ cgroups }) })).toThrow(
      `${property} cannot be kept: this host has no writable cgroup hierarchy with ${controller}`,
    );
  });

  test("but a process without limits starts there", () => {
    expect(plan({ facts: facts({ cgroups: [] }) }).launch.cgroups).toEqual([]);
  });
});

describe("devices", () => {
  function rules(different: Parameters<typeof plan>[0]): string[] {
    const [cgroup] = plan(different).launch.cgroups;
    return cgroup?.settings.map(({ file, value }) => `${file} ${value}`) ?? [];
  }
  const cgroups = [v1("devices")];

  test("are those of every container", () => {
    expect(rules({ facts: facts({ cgroups }) })).toEqual([
      "devices.deny a",
      "devices.allow c *:* m",
      "devices.allow b *:* m",
      "devices.allow c 1:3 rwm",
      "devices.allow c 1:5 rwm",
      "devices.allow c 1:7 rwm",
      "devices.allow c 1:8 rwm",
      "devices.allow c 1:9 rwm",
      "devices.allow c 5:0 rwm",
      "devices.allow c 5:1 rwm",
      "devices.allow c 5:2 rwm",
      "devices.allow c 136:* rwm",
    ]);
  });

  test("include those that are volumes, writable ones for writing", () => {
    const listed = {
      config: config({
        unrestrictedVolumes: [volume("/dev/fuse", { writable: true }), volume("/dev/sda")],
      }),
      facts: facts({
        cgroups,
        unrestricted: [["/dev/fuse"], ["/dev/sda"]],
        deviceNodes: new Map([
          ["/dev/fuse", { kind: "character" as const, major: 10, minor: 229 }],
          ["/dev/sda", { kind: "block" as const, major: 8, minor: 0 }],
        ]),
      }),
    };
    expect(rules(listed).slice(-2)).toEqual(["devices.allow c 10:229 rw", "devices.allow b 8:0 r"]);
  });

  test("are all of the host's for a privileged process", () => {
    expect(rules({ config: config({ privileged: true }), facts: facts({ cgroups }) })).toEqual([]);
  });
});

test("leaves are named after the process, the BOSH root and the start", () => {
  const { launch } = plan({ facts: facts({ cgroups: [v1("pids")] }), unique: "00ff00ff" });
  const [directory = ""] = launch.cgroups.map((cgroup) => cgroup.directory);
  expect(directory).toMatch(/^\/cg\/pids\/bpm-web-[0-9a-f]{4}00ff00ff$/);
});
