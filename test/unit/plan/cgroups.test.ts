import { describe, expect, test } from "bun:test";
import type { Hierarchy } from "../../../src/host/facts.ts";
import { planCgroups } from "../../../src/plan/cgroups.ts";
import type { DeviceRule } from "../../../src/plan/launch-plan.ts";
import { config, facts, plan, hierarchyV1 as v1, hierarchyV2 as v2, volume } from "./fixtures.ts";

const none = { memoryBytes: 0n, processes: 0n };
const request = {
  leaf: "bpm-web-4f2a",
  description: "web",
  limits: { memoryBytes: 268_435_456n, processes: 50n },
  devices: undefined,
};

function leaves(hierarchies: readonly Hierarchy[], different: Partial<typeof request> = {}) {
  return planCgroups({ ...request, ...different }, { cgroups: hierarchies, bpf: true });
}

/** `file=value`, with a `?` behind the file of an optional setting. */
function settings(hierarchy: Hierarchy, different: Partial<typeof request> = {}): string[] {
  return leaves([hierarchy], different).flatMap((cgroup) =>
    cgroup.settings.map(({ file, value, optional }) => `${file}${optional ? "?" : ""}=${value}`),
  );
}

test("a leaf is made in each hierarchy that is needed, and in no other", () => {
  const joined = leaves(
    [
      v1("cpu", "cpuacct"),
      v1("memory"),
      v1("pids"),
      v1("blkio"),
      v1("devices"),
      v1("freezer"),
      v1("name=systemd"),
      v2(["hugetlb"], []),
    ],
    { limits: none },
  );
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
    expect(settings(v1("memory", "pids"))).toContain("pids.max=50");
  });

  test("none when none is set, or 0", () => {
    expect(settings(v1("memory", "pids"), { limits: none })).toEqual([]);
    const { launch } = plan({ facts: facts({ cgroups: [v1("memory", "pids")] }) });
    expect(launch.cgroups).toMatchObject([{ settings: [] }]);
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
    const crowded = v2(["memory", "pids"], [], { refuge: "/cg/init" });
    expect(leaves([crowded], { limits: none })).toEqual([
      {
        version: 2,
        directory: "/cg/bpm-web-4f2a",
        scope: null,
        refuge: null,
        settings: [],
        devices: null,
      },
    ]);
  });

  test("have the parent's own processes make room before it hands down controllers", () => {
    const crowded = (enabled: string[]) => v2(["memory", "pids"], enabled, { refuge: "/cg/init" });
    expect(leaves([crowded([])])).toMatchObject([{ refuge: "/cg/init" }]);
    expect(leaves([crowded(["memory", "pids"])])).toMatchObject([{ refuge: null }]);
  });

  test("are set below a scope of systemd's, in what is delegated", () => {
    const managed = v2(["memory", "pids"], [], { parent: "/cg/system.slice", scopes: true });
    const [cgroup] = leaves([managed]);
    expect(cgroup?.directory).toBe("/cg/system.slice/bpm-web-4f2a.scope/sandbox");
    expect(cgroup?.scope).toEqual({ unit: "bpm-web-4f2a.scope", description: "web" });
    expect(cgroup?.settings.at(0)?.file).toBe("../cgroup.subtree_control");
    const controllers = "../cgroup.subtree_control=+memory +pids";
    expect(settings(managed, { limits: none })).toEqual([controllers]);
  });

  test("are kept by whichever hierarchy has the controller on hybrid hosts", () => {
    const cgroups = leaves([v1("memory"), v2(["pids"], ["pids"])]);
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

describe("a limit with which nothing can start is refused", () => {
  const rows: [string, bigint, string][] = [
    ["fewer processes than there are at least", 1n, "limits.processes is 1, but the init and"],
    ["more than the kernel can have", 4_194_305n, "takes no more than 4194304"],
  ];
  test.each(rows)("%s", (_, processes, expected) => {
    expect(() => leaves([v1("pids")], { limits: { ...none, processes } })).toThrow(expected);
  });
});

describe("devices", () => {
  function rules(different: Parameters<typeof plan>[0]): string[] | undefined {
    const [cgroup] = plan(different).launch.cgroups;
    const access = (rule: DeviceRule) =>
      `${rule.read ? "r" : ""}${rule.write ? "w" : ""}${rule.make ? "m" : ""}`;
    return cgroup?.devices?.map(
      (rule) => `${rule.kind} ${rule.major ?? "*"}:${rule.minor ?? "*"} ${access(rule)}`,
    );
  }
  const cgroups = [v1("devices")];

  test("are those of every container", () => {
    expect(rules({ facts: facts({ cgroups }) })).toEqual([
      "character *:* m",
      "block *:* m",
      "character 1:3 rwm",
      "character 1:5 rwm",
      "character 1:7 rwm",
      "character 1:8 rwm",
      "character 1:9 rwm",
      "character 5:0 rwm",
      "character 5:1 rwm",
      "character 5:2 rwm",
      "character 136:* rwm",
    ]);
  });

  test("are all of the host's for a privileged process", () => {
    const privileged = config({ privileged: true });
    expect(rules({ config: privileged, facts: facts({ cgroups }) })).toBeUndefined();
    expect(filter({ config: privileged, facts: facts({ cgroups: [v2([], [])] }) })).toBeNull();
  });

  function filter(different: Parameters<typeof plan>[0]) {
    return plan(different).launch.cgroups.find(({ version }) => version === 2)?.devices;
  }

  test("are filtered by the same rules on v2", () => {
    expect(filter({ facts: facts({ cgroups: [v2([], [])] }) })).toHaveLength(11);
    expect(filter({ facts: facts({ cgroups: [v2([], [])] }) })).toContainEqual({
      kind: "character",
      major: 1,
      minor: 3,
      read: true,
      write: true,
      make: true,
    });
  });

  test("are filtered once on hybrid hosts, and not at all where that is not permitted", () => {
    expect(filter({ facts: facts({ cgroups: [v1("devices"), v2([], [])] }) })).toBeNull();
    expect(filter({ facts: facts({ cgroups: [v2([], [])], bpf: false }) })).toBeNull();
  });
});

describe("where nothing filters devices", () => {
  const cgroups = [v1("memory"), v1("pids"), v1("freezer")];
  const device = (different: Parameters<typeof volume>[1] = {}) => ({
    config: config({ unrestrictedVolumes: [volume("/dev/sda", different)] }),
    facts: facts({ cgroups, unrestricted: [["/dev/sda"]] }),
  });

  const refused: [string, Parameters<typeof plan>[0], RegExp][] = [
    [
      "that may make nodes",
      {
        config: config({ capabilities: ["MKNOD"] }),
        facts: facts({ cgroups }),
      },
      /^MKNOD in capabilities would give the process every device/,
    ],
    [
      "that is shown all devices",
      {
        config: config({ unrestrictedVolumes: [volume("/dev")] }),
        facts: facts({ cgroups, unrestricted: [["/dev"]] }),
      },
      /^the volume \/dev would/,
    ],
    [
      "in no cgroup at all",
      {
        config: config({ capabilities: ["MKNOD"] }),
        facts: facts({ cgroups: [] }),
      },
      /no writable cgroup hierarchy filters devices/,
    ],
  ];
  test.each(refused)("a process %s does not start", (_, different, message) => {
    expect(() => plan(different)).toThrow(message);
  });

  const safe: [string, Parameters<typeof plan>[0]][] = [
    ["that can make no node and is shown none", { facts: facts({ cgroups }) }],
    ["whose one device it may do everything with", device({ writable: true })],
    [
      "that may use all devices",
      {
        config: config({ privileged: true }),
        facts: facts({ cgroups }),
      },
    ],
  ];
  test("a volume is a device that can be used only if all may be done with it", () => {
    const usable = (different = {}) =>
      plan(device(different)).launch.mounts.find(({ target }) => target === "/dev/sda")
        ?.device_node;
    expect([usable(), usable({ writable: true })]).toEqual([false, true]);
  });

  test.each(safe)("a process %s does", (_, different) => {
    expect(plan(different).launch.cgroups).toHaveLength(cgroups.length);
  });

  test.each([
    ["v1 with the controller", facts({ cgroups: [...cgroups, v1("devices")] })],
    ["v2", facts({ cgroups: [v2([], [])] })],
    ["a user namespace, which has no devices", facts({ cgroups: [v2([], [])], bpf: false })],
  ])("nothing is refused on %s", (_, host) => {
    const mknod = config({ capabilities: ["MKNOD"] });
    expect(() => plan({ config: mknod, facts: host })).not.toThrow();
  });
});

test("leaves are named after the process, the BOSH root and the start", () => {
  const { launch } = plan({ facts: facts({ cgroups: [v1("pids")] }), unique: "00ff00ff" });
  const [directory = ""] = launch.cgroups.map((cgroup) => cgroup.directory);
  expect(directory).toMatch(/^\/cg\/pids\/bpm-web-[0-9a-f]{4}00ff00ff$/);
});
