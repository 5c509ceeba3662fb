/** A host without fault: Noble on a machine of its own. Tests say what is different. */
import type {
  CgroupFacts,
  DirectoryFacts,
  Facts,
  FoundDirectory,
  HierarchyFacts,
  HostFacts,
} from "../../../src/doctor/facts.ts";

const everyCapability = 2n ** 41n - 1n;

export function facts(different: Partial<Facts> = {}): Facts {
  return {
    host: host(),
    kernel: { failures: {}, rosetta: false },
    cgroups: v2(),
    user: { uid: 1000, gid: 1000 },
    install: {
      executable: "/var/vcap/data/packages/bpm/1/bin/bpm",
      exposed: [],
      library: undefined,
      command: {
        path: "/var/vcap/jobs/bpm/bin/bpm",
        target: "/var/vcap/data/packages/bpm/1/bin/bpm",
      },
    },
    directories: [
      "",
      "jobs",
      "packages",
      "data",
      "data/packages",
      "store",
      "sys/log",
      "sys/run",
    ].map((name) => directory(name)),
    limits: {
      openFilesMax: 1_048_576n,
      nrOpen: 1_048_576n,
      hardLimit: 1024n,
      capabilities: everyCapability,
      lastCapability: 40,
    },
    cores: { pattern: "/tmp/core.%p", suidDumpable: 0, handlerExists: false, wanted: [] },
    tools: { strace: "/usr/bin/strace", bash: true },
    jobs: { jobs: 1, processes: 1, failures: [], untried: undefined },
    remains: { states: [], leaves: [], pidfiles: [], mounts: { total: 60, stacked: [] } },
    ...different,
  };
}

export function host(different: Partial<HostFacts> = {}): HostFacts {
  return {
    release: "6.8.0-60-generic",
    arch: "x64",
    init: "systemd",
    container: false,
    initialUserNamespace: true,
    filtered: false,
    ...different,
  };
}

export const container = host({ init: "tini", container: true });

/** Of v2 in systemd's hands. */
export function v2(different: Partial<HierarchyFacts> = {}): CgroupFacts {
  return {
    known: [[""]],
    hierarchies: [
      {
        version: 2,
        parent: "/sys/fs/cgroup/system.slice",
        controllers: ["cpu", "memory", "pids"],
        enabled: [],
        scopes: true,
        refuge: null,
        refused: null,
        occupied: false,
        ...different,
      },
    ],
    toMount: [],
    readOnly: [],
    systemd: true,
    swap: { total: 2 ** 30, accounted: true },
  };
}

/** Of v2 in a container that has no systemd. */
export function v2InContainer(different: Partial<HierarchyFacts> = {}): CgroupFacts {
  const parent = "/sys/fs/cgroup";
  return { ...v2({ parent, scopes: false, ...different }), systemd: false };
}

/** Of v1, as Jammy has it; `hybrid` adds a v2 without controllers. */
export function v1(
  controllers: readonly string[] = ["memory", "pids", "devices", "freezer", "name=systemd"],
  { hybrid = false } = {},
): CgroupFacts {
  const hierarchy = { enabled: [], scopes: false, refuge: null, refused: null, occupied: false };
  const ofV1 = controllers.map(
    (name): HierarchyFacts => ({
      ...hierarchy,
      version: 1,
      parent: `/sys/fs/cgroup/${name}`,
      controllers: [name],
    }),
  );
  const unified: HierarchyFacts = {
    ...hierarchy,
    version: 2,
    parent: "/sys/fs/cgroup/unified",
    controllers: [],
  };
  return {
    known: [...controllers.map((name) => [name]), ...(hybrid ? [[""]] : [])],
    hierarchies: [...ofV1, ...(hybrid ? [unified] : [])],
    toMount: [],
    readOnly: [],
    systemd: true,
    swap: { total: 2 ** 30, accounted: true },
  };
}

export function directory(
  name: string,
  found: Partial<FoundDirectory> | undefined = {},
): DirectoryFacts {
  return {
    name,
    path: name === "" ? "/var/vcap" : `/var/vcap/${name}`,
    found: {
      isDirectory: true,
      uid: 0,
      gid: 1000,
      mode: 0o755,
      exposed: [],
      refused: null,
      ...found,
    },
    refusedLink: undefined,
  };
}

/** One that is not there. */
export function missing(name: string, refusedLink?: string): DirectoryFacts {
  return { ...directory(name), found: undefined, refusedLink };
}
