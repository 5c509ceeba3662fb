/** The leaves that hold a process, one in each hierarchy that limits, devices or killing need. */
import type { Limits } from "../config/types.ts";
import { BpmError } from "../report/errors.ts";
import type { Hierarchy } from "./facts.ts";
import type { Cgroup, CgroupSetting } from "./launch-plan.ts";

export interface CgroupRequest {
  /** Name of the leaves, used by no other start. */
  readonly leaf: string;
  readonly limits: Limits;
  /** Rules for the v1 devices controller; none leaves all devices of the parent. */
  readonly deviceRules: readonly string[] | undefined;
}

/** The v1 controllers joined: each attachment costs time, so those not needed are left out. */
const JOINED = ["memory", "pids", "devices", "freezer"];

export function planCgroups(request: CgroupRequest, hierarchies: readonly Hierarchy[]): Cgroup[] {
  requireController("memory", "limits.memory", request.limits.memoryBytes, hierarchies);
  requireController("pids", "limits.processes", request.limits.processes, hierarchies);
  return hierarchies.filter(isJoined).map((hierarchy) => {
    const settings = hierarchy.version === 1 ? settingsV1 : settingsV2;
    return {
      version: hierarchy.version,
      directory: `${hierarchy.parent}/${request.leaf}`,
      settings: settings(request, hierarchy),
    };
  });
}

/**
 * v2 always, as systemd goes by it on hybrid hosts; of v1 the controllers needed, and named
 * hierarchies, because the service manager that keeps one kills by it.
 */
function isJoined({ version, controllers }: Hierarchy): boolean {
  if (version === 2) return true;
  return controllers.some((name) => JOINED.includes(name) || name.startsWith("name="));
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

function settingsV1(request: CgroupRequest, { controllers }: Hierarchy): CgroupSetting[] {
  const { limits, deviceRules } = request;
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
  if (controllers.includes("devices") && deviceRules !== undefined) {
    settings.push(must("devices.deny", "a"));
    // A container cannot allow what it has not got itself (EPERM), and need not.
    settings.push(...deviceRules.map((rule) => may("devices.allow", rule)));
  }
  return settings;
}

function settingsV2({ limits }: CgroupRequest, hierarchy: Hierarchy): CgroupSetting[] {
  const { controllers, enabled } = hierarchy;
  const settings: CgroupSetting[] = [];
  const needed: string[] = [];
  if (controllers.includes("memory") && isSet(limits.memoryBytes)) {
    needed.push("memory");
    settings.push(must("memory.max", limits.memoryBytes));
    // The limit is that of memory and swap together, so none of it is left for swap.
    settings.push(may("memory.swap.max", 0n));
    // Half a job is worse than none: monit starts it again when all of it is gone.
    settings.push(may("memory.oom.group", 1n));
  }
  if (controllers.includes("pids") && isSet(limits.processes)) {
    needed.push("pids");
    settings.push(must("pids.max", limits.processes));
  }
  const missing = needed.filter((name) => !enabled.includes(name)).map((name) => `+${name}`);
  // Only then do the leaf's files above exist.
  return missing.length === 0
    ? settings
    : [must("../cgroup.subtree_control", missing.join(" ")), ...settings];
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
