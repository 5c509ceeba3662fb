/** A process that asks for nothing, on a host that has everything; tests say what is different. */
import { processPaths } from "../../../src/bosh/process-paths.ts";
import type { ProcessConfig, Volume } from "../../../src/config/types.ts";
import { deviceDirectories, systemDirectories } from "../../../src/host/directories.ts";
import type { Hierarchy, HostFacts } from "../../../src/host/facts.ts";
import { noOverrides, type PlanRequest, planProcess } from "../../../src/plan/plan.ts";

export function config(different: Partial<ProcessConfig> = {}): ProcessConfig {
  return {
    name: "web",
    executable: "/bin/sleep",
    args: ["1000"],
    env: {},
    workdir: "",
    preStart: "",
    capabilities: [],
    limits: {},
    ephemeralDisk: false,
    persistentDisk: false,
    additionalVolumes: [],
    privileged: false,
    hostPidNamespace: false,
    unrestrictedVolumes: [],
    shutdownSignal: "TERM",
    startProblems: [],
    ...different,
  };
}

export function volume(path: string, different: Partial<Volume> = {}): Volume {
  return {
    path,
    writable: false,
    allowExecutions: false,
    mountOnly: false,
    shared: false,
    ...different,
  };
}

export function facts(different: Partial<HostFacts> = {}): HostFacts {
  return {
    user: { uid: 2000, gid: 3000 },
    directories: [...systemDirectories, ...deviceDirectories],
    resolver: [{ inside: "/etc/resolv.conf", host: "/etc/resolv.conf", exists: true }],
    mounts: [],
    // Without a filter of devices not everything starts.
    cgroups: [hierarchyV1("devices")],
    bpf: true,
    capabilities: 2n ** 41n - 1n,
    openFilesMax: 1_048_576n,
    rosetta: false,
    store: true,
    unrestricted: [],
    jobs: [],
    room: null,
    ...different,
  };
}

/** A hierarchy of v1 with its controllers mounted below /cg. */
export function hierarchyV1(...controllers: string[]): Hierarchy {
  const parent = `/cg/${controllers.join(",")}`;
  return { version: 1, parent, controllers, enabled: controllers, scopes: false, refuge: null };
}

/** That of v2, at /cg. */
export function hierarchyV2(
  controllers: readonly string[],
  enabled: readonly string[],
  different: Partial<Hierarchy> = {},
): Hierarchy {
  const usual = { version: 2, parent: "/cg", scopes: false, refuge: null } as const;
  return { ...usual, controllers, enabled, ...different };
}

export const paths = processPaths({ root: "/var/vcap" }, "web", "web");

export function plan(different: Partial<PlanRequest> = {}) {
  return planProcess({
    paths,
    config: config(),
    facts: facts(),
    overrides: noOverrides,
    unique: "4f2a0000",
    ...different,
  });
}
