/** Resource limits that setrlimit(2) sets; memory and processes are limited by cgroups. */
import type { Limits } from "../config/types.ts";
import { BpmError } from "../report/errors.ts";
import type { Rlimit } from "./launch-plan.ts";

/** Without open_files: enough for most, as monit's own limit of 1024 would not be. */
const OPEN_FILES_DEFAULT = 524_288n;
const UNLIMITED = 2n ** 64n - 1n;

export function planRlimits(limits: Limits, openFilesMax: bigint): Rlimit[] {
  const rlimits = [rlimit("nofile", openFiles(limits.openFiles, openFilesMax))];
  if (limits.coreFileSize !== undefined) rlimits.push(rlimit("core", limits.coreFileSize));
  return rlimits;
}

function openFiles(wanted: bigint | undefined, max: bigint): bigint {
  if (wanted === undefined) return OPEN_FILES_DEFAULT < max ? OPEN_FILES_DEFAULT : max;
  if (wanted <= max) return wanted;
  throw new BpmError(
    "open-files-too-high",
    `limits.open_files is ${wanted}, but this host permits no more than ${max}`,
    { hint: "That is the sysctl fs.nr_open or, without CAP_SYS_RESOURCE, bpm's own hard limit." },
  );
}

function rlimit(resource: Rlimit["resource"], value: bigint): Rlimit {
  const text = value >= UNLIMITED ? "unlimited" : String(value);
  return { resource, soft: text, hard: text };
}
