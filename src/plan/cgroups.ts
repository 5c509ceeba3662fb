/** The leaves that hold a process, one in each hierarchy that limits, devices or killing need. */
import type { Limits } from "../config/types.ts";
import type { Hierarchy, HostFacts } from "../host/facts.ts";
import { leafPlace } from "../host/leaf.ts";
import { BpmError } from "../report/errors.ts";
import type { Cgroup, CgroupSetting, DeviceRule } from "./launch-plan.ts";
import { requireSensible } from "./limits.ts";

export interface CgroupRequest {
  /** Name of the leaves, used by no other start. */
  readonly leaf: string;
  /** What systemd calls the process. */
  readonly description: string;
  readonly limits: Limits;
  /** Which devices may be used; undefined for all that the parent allows. */
  readonly devices: readonly DeviceRule[] | undefined;
  /** By what the process could use others, if no cgroup kept it from that. */
  readonly deviceAccess?: string | undefined;
}

/** The v1 controllers joined: each attachment costs time, so those not needed are left out. */
export const joined: readonly string[] = ["memory", "pids", "devices", "freezer"];

export function planCgroups(
  request: CgroupRequest,
  { cgroups: hierarchies, bpf }: Pick<HostFacts, "cgroups" | "bpf">,
): Cgroup[] {
  requireController("memory", "limits.memory", request.limits.memoryBytes, hierarchies);
  requireController("pids", "limits.processes", request.limits.processes, hierarchies);
  requireSensible(request.limits);
  const filter = deviceFilter(hierarchies, bpf);
  requireFilter(filter, request.deviceAccess);
  const rules = filter === "bpf" ? (request.devices ?? null) : null;
  return hierarchies
    .filter(isJoined)
    .map((hierarchy) =>
      hierarchy.version === 1 ? leafV1(request, hierarchy) : leafV2(request, hierarchy, rules),
    );
}

/** What keeps a process from devices that it may not use. */
export type DeviceFilter =
  /** The devices controller of v1. */
  | "controller"
  /** A BPF program at the cgroup of v2. */
  | "bpf"
  /** A user namespace: no node works there but those that the machine around has put there. */
  | "user-namespace"
  | "none";

export function deviceFilter(hierarchies: readonly Hierarchy[], bpf: boolean): DeviceFilter {
  if (hierarchies.some(keepsDevices)) return "controller";
  if (!bpf) return "user-namespace";
  return hierarchies.some(({ version }) => version === 2) ? "bpf" : "none";
}

/** Without a filter, what shows no device to the process and lets it make none is safe. */
function requireFilter(filter: DeviceFilter, access: string | undefined): void {
  if (filter !== "none" || access === undefined) return;
  throw new BpmError(
    "device-filter-missing",
    `${access} would give the process every device of this host: no writable cgroup hierarchy ` +
      "filters devices",
    {
      hint:
        "Take cgroup_disable=devices off the kernel's command line, let the container around " +
        "bpm have cgroups that it can write to, or do without that property.",
    },
  );
}

/**
 * v2 always, as systemd goes by it on hybrid hosts; of v1 the controllers needed, and named
 * hierarchies, because the service manager that keeps one kills by it.
 */
function isJoined({ version, controllers }: Hierarchy): boolean {
  if (version === 2) return true;
  return controllers.some((name) => joined.includes(name) || name.startsWith("name="));
}

function requireController(
  controller: string,
  property: string,
  limit: bigint | undefined,
  hierarchies: readonly Hierarchy[],
): void {
  const present = hierarchies.some(({ controllers }) => controllers.includes(controller));
  if (present || !isSet(limit)) return;
  throw new BpmError(
    "cgroup-controller-missing",
    `${property} cannot be kept: this host has no writable cgroup hierarchy with ${controller}`,
    { hint: "The kernel lacks the controller, or the container around bpm does not pass it on." },
  );
}

/** On v2, devices are a matter of no controller. */
function keepsDevices({ version, controllers }: Hierarchy): boolean {
  return version === 1 && controllers.includes("devices");
}

function leafV1(request: CgroupRequest, hierarchy: Hierarchy): Cgroup {
  return {
    version: 1,
    directory: leafPlace(hierarchy, request.leaf).directory,
    scope: null,
    refuge: null,
    settings: settingsV1(request.limits, hierarchy),
    devices: keepsDevices(hierarchy) ? (request.devices ?? null) : null,
  };
}

function settingsV1(limits: Limits, { controllers }: Hierarchy): CgroupSetting[] {
  const settings: CgroupSetting[] = [];
  if (controllers.includes("memory") && isSet(limits.memoryBytes)) {
    settings.push(must("memory.limit_in_bytes", limits.memoryBytes));
    // Memory and swap together; absent where swap is not accounted. Never below the limit above,
    // so it comes second.
    settings.push(may("memory.memsw.limit_in_bytes", limits.memoryBytes));
  }
  if (controllers.includes("pids") && isSet(limits.processes)) {
    settings.push(must("pids.max", limits.processes));
  }
  return settings;
}

function leafV2(
  request: CgroupRequest,
  hierarchy: Hierarchy,
  devices: readonly DeviceRule[] | null,
): Cgroup {
  const { unit, directory } = leafPlace(hierarchy, request.leaf);
  const { controllers, settings } = limitsV2(request.limits, hierarchy);
  const missing = controllers.filter((name) => !hierarchy.enabled.includes(name));
  const handDown =
    missing.length === 0
      ? []
      : [must("../cgroup.subtree_control", missing.map((name) => `+${name}`).join(" "))];
  return {
    version: 2,
    directory,
    scope: unit === null ? null : { unit, description: request.description },
    refuge: missing.length === 0 ? null : hierarchy.refuge,
    // Only when the parent hands the controllers down do the files of the limits exist.
    settings: [...handDown, ...settings],
    devices,
  };
}

/** The limits that this hierarchy keeps, and the controllers that the leaf has. */
function limitsV2(limits: Limits, { controllers, scopes }: Hierarchy) {
  const kept = [
    { controller: "memory", settings: memoryV2(limits.memoryBytes) },
    { controller: "pids", settings: processesV2(limits.processes) },
  ].filter(
    ({ controller, settings }) =>
      // What is in a scope is counted in any case, as that costs nobody else anything.
      controllers.includes(controller) && (scopes || settings.length > 0),
  );
  return {
    controllers: kept.map(({ controller }) => controller),
    settings: kept.flatMap(({ settings }) => settings),
  };
}

function memoryV2(limit: bigint | undefined): CgroupSetting[] {
  if (!isSet(limit)) return [];
  return [
    must("memory.max", limit),
    // The limit is that of memory and swap together, so none of it is left for swap.
    may("memory.swap.max", 0n),
    // Half a job is worse than none: monit starts it again when all of it is gone.
    may("memory.oom.group", 1n),
  ];
}

function processesV2(limit: bigint | undefined): CgroupSetting[] {
  return isSet(limit) ? [must("pids.max", limit)] : [];
}

/** 0 has always been the same as no limit. */
function isSet(limit: bigint | undefined): limit is bigint {
  return limit !== undefined && limit !== 0n;
}

function must(file: string, value: bigint | string): CgroupSetting {
  return { file, value: String(value), optional: false };
}

function may(file: string, value: bigint | string): CgroupSetting {
  return { file, value: String(value), optional: true };
}
