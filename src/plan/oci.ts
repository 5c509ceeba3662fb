/**
 * A plan as an OCI runtime-spec document, for people who want to compare bpm's sandbox with what
 * runc or crun makes of the same. What the document cannot say is left out: the init, the private
 * tmpfs as root, the cgroups' places.
 */
import type { Limits } from "../config/types.ts";
import { capabilityName } from "../host/capabilities.ts";
import type { DeviceVolume } from "../host/device-nodes.ts";
import type { LaunchPlan, Mount, Rlimit } from "./launch-plan.ts";
import { type OciSeccomp, ociSeccomp } from "./oci-seccomp.ts";
import type { ProcessPlan } from "./plan.ts";

/** Numbers that may need 64 bits are bigints: see ociText. */
export interface OciSpec {
  readonly ociVersion: string;
  readonly process: {
    readonly terminal: boolean;
    readonly user: { readonly uid: number; readonly gid: number };
    readonly args: readonly string[];
    readonly env: readonly string[];
    readonly cwd: string;
    readonly capabilities: Readonly<Record<string, readonly string[]>>;
    readonly rlimits: readonly OciRlimit[];
    readonly noNewPrivileges: boolean;
  };
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly mounts: readonly OciMount[];
  readonly linux: {
    readonly resources: OciResources;
    readonly cgroupsPath: string;
    readonly namespaces: readonly { readonly type: string }[];
    readonly seccomp?: OciSeccomp;
    readonly rootfsPropagation: string;
    readonly maskedPaths: readonly string[];
    readonly readonlyPaths: readonly string[];
  };
}

interface OciRlimit {
  readonly type: string;
  readonly hard: bigint;
  readonly soft: bigint;
}

interface OciMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

interface OciResources {
  readonly memory?: { readonly limit: bigint; readonly swap: bigint };
  readonly pids?: { readonly limit: bigint };
  readonly devices?: readonly OciDeviceRule[];
}

interface OciDeviceRule {
  readonly allow: boolean;
  readonly type?: "b" | "c";
  readonly major?: number;
  readonly minor?: number;
  readonly access: string;
}

const capabilitySets = ["bounding", "effective", "permitted", "inheritable", "ambient"];

/** `policy`: the text that the core's seccomp filter is made from. */
export function toOci(
  plan: ProcessPlan,
  limits: Limits,
  policy: string,
  devices: readonly DeviceVolume[] = [],
): OciSpec {
  const { launch } = plan;
  return {
    ociVersion: "1.0.2",
    process: ociProcess(launch),
    root: { path: "rootfs", readonly: launch.root_read_only },
    mounts: launch.mounts.map(ociMount),
    linux: {
      resources: ociResources(
        limits,
        launch.no_new_privileges ? devices.map(ociDevice) : [everyDevice],
      ),
      cgroupsPath: `/${launch.id}`,
      namespaces: namespaces(launch).map((type) => ({ type })),
      ...(launch.seccomp ? { seccomp: ociSeccomp(policy) } : {}),
      rootfsPropagation: "private",
      maskedPaths: launch.masked_paths,
      readonlyPaths: launch.readonly_paths,
    },
  };
}

/** The document as JSON, 64-bit numbers to the last digit. */
export function ociText(spec: OciSpec): string {
  const digits = (_: string, value: unknown) =>
    typeof value === "bigint" ? JSON.rawJSON(String(value)) : value;
  return `${JSON.stringify(spec, digits, 2)}\n`;
}

declare global {
  interface JSON {
    /** ECMAScript proposal "JSON.parse source text access", which Bun has and TypeScript lacks. */
    rawJSON(text: string): unknown;
  }
}

function ociProcess(launch: LaunchPlan): OciSpec["process"] {
  const capabilities = launch.capabilities.map(capabilityName);
  return {
    terminal: false,
    user: { uid: launch.uid, gid: launch.gid },
    args: launch.argv,
    env: launch.env,
    cwd: launch.workdir,
    capabilities: Object.fromEntries(capabilitySets.map((set) => [set, capabilities])),
    rlimits: launch.rlimits.map(ociRlimit),
    noNewPrivileges: launch.no_new_privileges,
  };
}

function ociRlimit({ resource, soft, hard }: Rlimit): OciRlimit {
  const value = (text: string) => (text === "unlimited" ? 2n ** 64n - 1n : BigInt(text));
  return { type: `RLIMIT_${resource.toUpperCase()}`, hard: value(hard), soft: value(soft) };
}

function ociMount(mount: Mount): OciMount {
  const options = mount.type === "bind" ? bindOptions(mount) : fileSystemOptions(mount);
  return { destination: mount.target, type: mount.type, source: mount.source, options };
}

function bindOptions(mount: Mount): string[] {
  const recursion = mount.recursive ? "r" : "";
  return [
    `${recursion}bind`,
    mount.no_exec ? "noexec" : "exec",
    ...safety(mount),
    mount.read_only ? "ro" : "rw",
    `${recursion}${mount.propagation}`,
  ];
}

function fileSystemOptions(mount: Mount): string[] {
  return [
    ...(mount.no_exec ? ["noexec"] : []),
    ...safety(mount),
    ...(mount.read_only ? ["ro"] : []),
    ...mount.options.map(({ key, value }) => (value === "" ? key : `${key}=${value}`)),
  ];
}

function safety(mount: Mount): string[] {
  return [...(mount.no_suid ? ["nosuid"] : []), ...(mount.no_dev ? ["nodev"] : [])];
}

function ociResources(limits: Limits, devices: readonly OciDeviceRule[]): OciResources {
  const { memoryBytes, processes } = limits;
  return {
    ...(memoryBytes ? { memory: { limit: memoryBytes, swap: memoryBytes } } : {}),
    ...(processes ? { pids: { limit: processes } } : {}),
    ...(devices.length === 0 ? {} : { devices }),
  };
}

/** A process that may gain privileges is a privileged one. */
const everyDevice: OciDeviceRule = { allow: true, access: "rwm" };

function ociDevice({ kind, major, minor, writable }: DeviceVolume): OciDeviceRule {
  return {
    allow: true,
    type: kind === "block" ? "b" : "c",
    major,
    minor,
    access: writable ? "rw" : "r",
  };
}

function namespaces(launch: LaunchPlan): string[] {
  return ["ipc", "mount", "uts", ...(launch.host_pid_namespace ? [] : ["pid"])];
}
