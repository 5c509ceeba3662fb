import { describe, expect, test } from "bun:test";
import { findHierarchies } from "../../../src/host/hierarchies.ts";
import { parseMountinfo } from "../../../src/host/mountinfo.ts";

interface Host {
  readonly mountinfo: readonly string[];
  readonly init: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

function hierarchies({ mountinfo, init, files = {} }: Host) {
  return findHierarchies({
    mounts: parseMountinfo(mountinfo.join("\n")),
    initCgroup: `${init.join("\n")}\n`,
    read: (path) => files[path] ?? "",
  });
}

/** Controllers and the directory for leaves, one hierarchy a row. */
function parents(host: Host): string[] {
  return hierarchies(host).map(
    ({ version, controllers, parent }) => `v${version} ${controllers.join(",")} ${parent}`,
  );
}

const memory = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
const systemd = "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd";
const unified = "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw";
const cpu = "42 31 0:39 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct";
const pure = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";

describe("leaves are made", () => {
  const rows: [string, Host, string[]][] = [
    [
      "at the top of each hierarchy on a machine of its own",
      {
        mountinfo: [memory, systemd, cpu],
        init: ["9:name=systemd:/init.scope", "4:memory:/", "2:cpu,cpuacct:/"],
      },
      [
        "v1 name=systemd /sys/fs/cgroup/systemd",
        "v1 memory /sys/fs/cgroup/memory",
        "v1 cpu,cpuacct /sys/fs/cgroup/cpu,cpuacct",
      ],
    ],
    [
      "in both worlds on a hybrid one",
      {
        mountinfo: [memory, unified],
        init: ["9:name=systemd:/init.scope", "4:memory:/", "0::/init.scope"],
        files: { "/sys/fs/cgroup/unified/cgroup.controllers": "hugetlb\n" },
      },
      ["v1 memory /sys/fs/cgroup/memory", "v2 hugetlb /sys/fs/cgroup/unified"],
    ],
    [
      "in the one hierarchy of v2",
      {
        mountinfo: [pure],
        init: ["0::/"],
        files: { "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n" },
      },
      ["v2 cpuset,cpu,io,memory,pids /sys/fs/cgroup"],
    ],
    [
      "in the container's part when the whole tree is mounted",
      {
        mountinfo: [memory],
        init: ["4:memory:/garden/abc"],
      },
      ["v1 memory /sys/fs/cgroup/memory/garden/abc"],
    ],
    [
      "in the container's part when only that is mounted",
      {
        mountinfo: ["35 31 0:32 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"],
        init: ["4:memory:/docker/abc"],
      },
      ["v1 memory /sys/fs/cgroup/memory"],
    ],
    [
      "below a mounted ancestor, and not in the leaf of a systemd inside",
      {
        mountinfo: ["35 31 0:32 /docker /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"],
        init: ["4:memory:/docker/abc/init.scope"],
      },
      ["v1 memory /sys/fs/cgroup/memory/abc"],
    ],
    [
      "beside the leaf that a nesting container's entry point has moved to",
      {
        mountinfo: [pure],
        init: ["0::/init"],
        files: { "/sys/fs/cgroup/cgroup.controllers": "memory" },
      },
      ["v2 memory /sys/fs/cgroup"],
    ],
    [
      "at the top of a cgroup namespace",
      {
        mountinfo: [memory],
        init: ["4:memory:/"],
      },
      ["v1 memory /sys/fs/cgroup/memory"],
    ],
    [
      "at the top of what is mounted when PID 1 is outside the cgroup namespace",
      {
        mountinfo: [memory],
        init: ["4:memory:/../.."],
      },
      ["v1 memory /sys/fs/cgroup/memory"],
    ],
    [
      "at the top when the mount is of another part of the tree",
      {
        mountinfo: ["35 31 0:32 /other /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"],
        init: ["4:memory:/docker/abc"],
      },
      ["v1 memory /sys/fs/cgroup/memory"],
    ],
    [
      "beside PID 1 when the mount begins above the cgroup namespace",
      {
        mountinfo: ["35 31 0:32 /.. /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"],
        init: ["4:memory:/../sibling"],
      },
      ["v1 memory /sys/fs/cgroup/memory/sibling"],
    ],
    [
      "in the mount that shows PID 1's place, if there are several",
      {
        mountinfo: ["34 31 0:32 /other /elsewhere rw - cgroup cgroup rw,memory", memory],
        init: ["4:memory:/abc"],
      },
      ["v1 memory /sys/fs/cgroup/memory/abc"],
    ],
    [
      "not where a hierarchy is read-only or not mounted at all",
      {
        mountinfo: ["35 31 0:32 / /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory", systemd],
        init: ["9:name=systemd:/", "8:pids:/", "4:memory:/"],
      },
      ["v1 name=systemd /sys/fs/cgroup/systemd"],
    ],
    ["nowhere on a kernel without cgroups", { mountinfo: [], init: [] }, []],
  ];
  test.each(rows)("%s", (_, host, expected) => {
    expect(parents(host)).toEqual(expected);
  });
});

test("v2 tells which controllers the leaves' parent hands down already", () => {
  const [found] = hierarchies({
    mountinfo: [pure],
    init: ["0::/docker/abc"],
    files: {
      "/sys/fs/cgroup/docker/abc/cgroup.controllers": "cpu memory pids\n",
      "/sys/fs/cgroup/docker/abc/cgroup.subtree_control": "memory\n",
    },
  });
  expect(found).toEqual({
    version: 2,
    parent: "/sys/fs/cgroup/docker/abc",
    controllers: ["cpu", "memory", "pids"],
    enabled: ["memory"],
    scopes: false,
    refuge: null,
  });
});

describe("where systemd is the service manager", () => {
  const files = { "/sys/fs/cgroup/cgroup.controllers": "memory pids\n" };

  // Whether its socket is in sight does not matter: without it a start fails, rather than have
  // cgroups in a tree that is systemd's.
  test("v2 is its to divide", () => {
    const host = { mountinfo: [pure], init: ["0::/init.scope"], files };
    expect(hierarchies(host)).toEqual([
      {
        version: 2,
        parent: "/sys/fs/cgroup/system.slice",
        controllers: ["memory", "pids"],
        enabled: [],
        scopes: true,
        refuge: null,
      },
    ]);
  });

  test("its part of a container's tree is below the container's", () => {
    const init = ["0::/docker/abc/init.scope"];
    expect(parents({ mountinfo: [pure], init })).toEqual([
      "v2  /sys/fs/cgroup/docker/abc/system.slice",
    ]);
  });

  const rows: [string, Host][] = [
    [
      "in a hybrid",
      {
        mountinfo: [systemd, pure],
        init: ["1:name=systemd:/init.scope", "0::/init.scope"],
      },
    ],
    ["when it is not PID 1", { mountinfo: [pure], init: ["0::/"] }],
  ];
  test.each(rows)("but not %s", (_, host) => {
    expect(hierarchies(host).map(({ scopes }) => scopes)).not.toContain(true);
  });
});

describe("where processes are in the cgroup that is to hold the leaves", () => {
  function place(mount: string, init: string, directory: string) {
    const files = {
      [`${directory}/cgroup.type`]: "domain\n",
      [`${directory}/cgroup.procs`]: "1\n7\n",
    };
    const [found] = hierarchies({ mountinfo: [mount], init: [`0::${init}`], files });
    return found && [found.parent, found.refuge];
  }
  const top = "/sys/fs/cgroup";

  test("leaves go beside it", () => {
    expect(place(pure, "/docker/abc", `${top}/docker/abc`)).toEqual([`${top}/docker`, null]);
  });

  test("those processes go into a leaf if it is the top of a cgroup namespace", () => {
    expect(place(pure, "/", top)).toEqual([top, `${top}/init`]);
  });

  test("nothing is moved if it is all that a container sees of the machine's tree", () => {
    const bound = "30 23 0:26 /docker/abc /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";
    expect(place(bound, "/docker/abc", top)).toEqual([top, null]);
  });

  test("nothing is moved at the root of the machine's tree, which may have both", () => {
    const files = { [`${top}/cgroup.procs`]: "1\n" };
    expect(hierarchies({ mountinfo: [pure], init: ["0::/"], files })).toMatchObject([
      { refuge: null },
    ]);
  });
});
