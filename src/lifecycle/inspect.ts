/** What would be run, and what runs now. Nothing on the host changes, and nothing is logged. */
import { type ProcessPaths, processPaths } from "../bosh/process-paths.ts";
import { ConfigError } from "../config/parse.ts";
import type { Problem, ProcessConfig } from "../config/types.ts";
import { type DeviceVolume, findDeviceVolumes, withDevice } from "../host/device-nodes.ts";
import { gatherHostFacts } from "../host/gather.ts";
import { noOverrides, type ProcessPlan, planProcess } from "../plan/plan.ts";
import { readProcessConfig } from "./configuration.ts";
import type { Target } from "./session.ts";
import { type Observation, observeProcess } from "./state/observe.ts";

export interface Inspection {
  readonly paths: ProcessPaths;
  readonly config: ProcessConfig;
  readonly plan: ProcessPlan;
  /** Device nodes among the volumes, as long as they are what they are now. */
  readonly devices: readonly DeviceVolume[];
  /** About the whole bpm.yml. */
  readonly warnings: readonly Problem[];
  readonly observation: Observation;
}

/** Stands for the digits that tell the cgroups of one start from those of another. */
const everyStart = "*";

/** Throws what a start would throw before it changes anything. */
export function inspectProcess(target: Target): Inspection {
  const paths = processPaths(target.root, target.job, target.process);
  const { config, warnings } = readProcessConfig(paths);
  if (config.startProblems.length > 0) {
    throw new ConfigError(paths.configFile.external(), config.startProblems, warnings);
  }
  const overrides = noOverrides;
  const facts = gatherHostFacts(paths, config, overrides);
  const planned = planProcess({ paths, config, facts, overrides, unique: everyStart });
  const devices = findDeviceVolumes(planned.launch.mounts);
  const mounts = planned.launch.mounts.map((mount) => withDevice(mount, devices));
  const plan = { ...planned, launch: { ...planned.launch, mounts } };
  return { paths, config, plan, devices, warnings, observation: observeProcess(target) };
}
