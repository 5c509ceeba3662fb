/**
 * From what bpm.yml says and what the host is to what will be done. Pure: the same input gives the
 * same plan, to the byte.
 */
import type { ProcessPaths } from "../bosh/process-paths.ts";
import type { ProcessConfig, Volume } from "../config/types.ts";
import type { HostFacts } from "../host/facts.ts";
import { leafName } from "../host/leaf.ts";
import { BpmError } from "../report/errors.ts";
import { planCapabilities } from "./capabilities.ts";
import { deviceFilter, planCgroups } from "./cgroups.ts";
import { maskedPaths, ownPaths, readonlyPaths } from "./covered-paths.ts";
import { deviceAccess, deviceNodes, deviceRules, deviceSymlinks, withoutRules } from "./devices.ts";
import { planEnvironment, planHookEnvironment } from "./environment.ts";
import type { LaunchPlan, PrepareStep } from "./launch-plan.ts";
import { planRlimits } from "./limits.ts";
import { type MountPlan, planMounts } from "./mounts.ts";
import type { MountOrigin, PlannedMount } from "./planned-mount.ts";
import { planPrepare } from "./prepare.ts";
import { isRootMount } from "./root-volume.ts";
import { type PlanWarning, planWarnings } from "./warnings.ts";

/** What `bpm run` adds on its command line. */
export interface RunOverrides {
  readonly env: readonly (readonly [key: string, value: string])[];
  readonly volumes: readonly Volume[];
}

export const noOverrides: RunOverrides = { env: [], volumes: [] };

export interface PlanRequest {
  readonly paths: ProcessPaths;
  readonly config: ProcessConfig;
  readonly facts: HostFacts;
  readonly overrides: RunOverrides;
  /** What tells the cgroups of this start from those of every other: eight hexadecimal digits. */
  readonly unique: string;
}

export interface ProcessPlan {
  readonly launch: LaunchPlan;
  readonly prepare: readonly PrepareStep[];
  /** Of the pre_start hook, KEY=value, sorted by key. */
  readonly hookEnv: readonly string[];
  /** Why each of launch.mounts is there, in the same order. */
  readonly origins: readonly MountOrigin[];
  /** Mounts left out, because an earlier one has the same target. */
  readonly duplicates: readonly PlannedMount[];
  /** For bpm.log. */
  readonly warnings: readonly PlanWarning[];
}

/** Throws a BpmError when the process cannot run as configured on this host. */
export function planProcess(request: PlanRequest): ProcessPlan {
  const { paths, config, facts, overrides } = request;
  checkStartable(paths, config, facts);
  const additional = [...config.additionalVolumes, ...overrides.volumes];
  const planned = planMounts(paths, config, additional, facts);
  const { mounts, duplicates } = planned;
  return {
    launch: launchPlan(request, planned),
    prepare: planPrepare(paths, config, mounts, facts),
    hookEnv: planHookEnvironment(paths, config.env, overrides.env),
    origins: mounts.map(({ origin }) => origin),
    duplicates,
    warnings: planWarnings(paths, config, facts, mounts),
  };
}

function checkStartable(paths: ProcessPaths, config: ProcessConfig, facts: HostFacts): void {
  if (config.startProblems.length > 0) {
    const problems = config.startProblems.map(({ message }) => message);
    throw new BpmError("unstartable", problems.join("; "));
  }
  if (config.persistentDisk && !facts.store) {
    throw new BpmError(
      "no-persistent-disk",
      "failed to create system files: requested persistent disk does not exist",
      {
        hint:
          "Attach a persistent disk to the instance group, so that there is " +
          `${paths.store.external()}.`,
      },
    );
  }
  if (config.workdir !== "" && !config.workdir.startsWith("/")) {
    throw new BpmError("bad-workdir", `workdir ${JSON.stringify(config.workdir)} is not absolute`);
  }
}

function launchPlan(request: PlanRequest, { mounts, symlinks }: MountPlan): LaunchPlan {
  const { paths, config, facts, overrides } = request;
  const { privileged } = config;
  const hasRules = privileged || deviceFilter(facts.cgroups, facts.bpf) !== "none";
  const binds = mounts.map(({ mount }) => (hasRules ? mount : withoutRules(mount)));
  const capabilities = planCapabilities(config.capabilities, privileged, facts.capabilities);
  return {
    id: paths.id,
    executable: config.executable,
    argv: [config.executable, ...config.args],
    env: planEnvironment(paths, config.env, overrides.env),
    workdir: config.workdir === "" ? paths.jobDir.internal() : config.workdir,
    ...(privileged ? { uid: 0, gid: 0 } : facts.user),
    host_pid_namespace: config.hostPidNamespace,
    // The host's root as a volume is what the volume says.
    root_read_only: !privileged && !mounts.some(isRootMount),
    mounts: binds,
    ...(hasOwnDev(mounts)
      ? { devices: deviceNodes, symlinks: [...deviceSymlinks, ...symlinks] }
      : { devices: [], symlinks }),
    masked_paths: privileged ? [] : maskedPaths,
    readonly_paths: [...(privileged ? [] : readonlyPaths), ...ownPaths(paths.root, mounts)],
    capabilities,
    no_new_privileges: !privileged,
    // Rosetta's translator makes system calls that no filter for the translated program foresees.
    seccomp: !privileged && !facts.rosetta,
    rlimits: planRlimits(config.limits, facts.openFilesMax),
    cgroups: planCgroups(
      {
        leaf: leafName(paths, request.unique),
        description: `bpm: process ${paths.process} of job ${paths.job}`,
        limits: config.limits,
        devices: privileged ? undefined : deviceRules(),
        deviceAccess: privileged ? undefined : deviceAccess(capabilities, binds),
      },
      facts,
    ),
  };
}

/** A volume may have brought the host's /dev, in which nothing is to be made. */
function hasOwnDev(mounts: readonly PlannedMount[]): boolean {
  return mounts.some(({ mount }) => mount.target === "/dev" && mount.type === "tmpfs");
}
