/** Resource limits that setrlimit(2) sets; memory and processes are limited by cgroups. */
import type { Limits } from "../config/types.ts";
import { BpmError } from "../report/errors.ts";
import type { Rlimit } from "./launch-plan.ts";

/** Without open_files: enough for most, as monit's own limit of 1024 would not be. */
export const openFilesDefault = 524_288n;
/** PIDS_MAX in kernel/cgroup/pids.c, on machines of 64 bits: a higher limit than that is none. */
const processesMax = 4_194_304n;
/** The init, and the process that it starts. */
const processesMin = 2n;
const unlimited = 2n ** 64n - 1n;

export function planRlimits(limits: Limits, openFilesMax: bigint): Rlimit[] {
  const rlimits = [rlimit("nofile", openFiles(limits.openFiles, openFilesMax))];
  if (limits.coreFileSize !== undefined) rlimits.push(rlimit("core", limits.coreFileSize));
  return rlimits;
}

/** Refuses limits with which no process could ever start. */
export function requireSensible({ processes }: Limits): void {
  if (processes === undefined || processes === 0n) return;
  if (processes < processesMin) {
    throw new BpmError(
      "processes-too-low",
      `limits.processes is ${processes}, but the init and the process that it starts are 2`,
    );
  }
  if (processes > processesMax) {
    throw new BpmError(
      "processes-too-high",
      `limits.processes is ${processes}, but the kernel takes no more than ${processesMax}`,
      { hint: "Leave it out for no limit." },
    );
  }
}

function openFiles(wanted: bigint | undefined, max: bigint): bigint {
  if (wanted === undefined) return openFilesDefault < max ? openFilesDefault : max;
  if (wanted <= max) return wanted;
  throw new BpmError(
    "open-files-too-high",
    `limits.open_files is ${wanted}, but this host permits no more than ${max}`,
    { hint: "That is the sysctl fs.nr_open or, without CAP_SYS_RESOURCE, bpm's own hard limit." },
  );
}

function rlimit(resource: Rlimit["resource"], value: bigint): Rlimit {
  const text = value >= unlimited ? "unlimited" : String(value);
  return { resource, soft: text, hard: text };
}
