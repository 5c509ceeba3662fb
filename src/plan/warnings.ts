/** What an operator should know about a plan that is carried out all the same. */
import type { Holder } from "../bosh/holders.ts";
import type { ProcessPaths } from "../bosh/process-paths.ts";
import type { ProcessConfig, Volume } from "../config/types.ts";
import type { HostFacts } from "../host/facts.ts";
import { unknownCapabilities } from "./capabilities.ts";
import type { PlannedMount } from "./planned-mount.ts";
import { refusingHolder } from "./prepare.ts";

export interface PlanWarning {
  /** Kebab case, as bpm.log's messages are. */
  readonly code: string;
  readonly message: string;
  /** Whether whoever starts the process is told, too. */
  readonly isLoud?: true;
}

/** Every match is a mount of its own, and each of them makes every start slower. */
const matchesMany = 100;

export function planWarnings(
  paths: ProcessPaths,
  config: ProcessConfig,
  facts: HostFacts,
  mounts: readonly PlannedMount[],
): PlanWarning[] {
  return [
    ...unknownCapabilities(config.capabilities).map(
      (message): PlanWarning => ({ code: "unknown-capability", message, isLoud: true }),
    ),
    ...config.unrestrictedVolumes.filter(isSkipped).map(skippedWarning),
    ...seccompWarnings(config, facts),
    ...mounts.flatMap((mount) => {
      const holder = refusingHolder(mount, paths, facts.jobs);
      return holder === undefined ? [] : [notTakenOverWarning(mount, holder)];
    }),
    ...config.unrestrictedVolumes.flatMap(({ path }, index) => {
      const matches = facts.unrestricted[index]?.length ?? 0;
      return matches > matchesMany ? [manyMatchesWarning(path, matches)] : [];
    }),
  ];
}

/** Such a path is no place on the host; the Go implementation finds nothing there either. */
function isSkipped({ path }: Volume): boolean {
  return !path.startsWith("/");
}

function skippedWarning({ path }: Volume): PlanWarning {
  const why = path === "" ? "is empty" : `${JSON.stringify(path)} is not absolute`;
  const message = `the path of an unrestricted volume ${why}: it is left out`;
  return { code: "volume-skipped", message, isLoud: true };
}

function seccompWarnings(config: ProcessConfig, facts: HostFacts): PlanWarning[] {
  if (config.privileged || !facts.rosetta) return [];
  return [
    {
      code: "seccomp-disabled",
      message: "programs run under Rosetta on this host: the process gets no seccomp filter",
    },
  ];
}

function notTakenOverWarning({ mount }: PlannedMount, holder: Holder): PlanWarning {
  return {
    code: holder === "all jobs" ? "shared-directory-not-chowned" : "volume-not-chowned",
    message:
      `volume ${mount.target} ${whose[holder]}: its owner and mode are left alone; ` +
      "mount_only: true says that this is meant",
  };
}

const whose: Readonly<Record<Holder, string>> = {
  "all jobs": "is a directory of all jobs",
  "another job": "is another job's",
  BOSH: "is what BOSH has installed",
  bpm: "is bpm's own",
};

function manyMatchesWarning(pattern: string, matches: number): PlanWarning {
  return {
    code: "many-volumes",
    message:
      `unrestricted volume ${pattern} matches ${matches} paths, each a mount of its own; ` +
      "a directory would be one",
  };
}
