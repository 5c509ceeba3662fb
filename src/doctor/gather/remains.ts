/** Looks for what is left of processes that have ended: see src/lifecycle/remains.ts. */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { containerId } from "../../bosh/container-id.ts";
import { type BoshRoot, isWithin } from "../../bosh/paths.ts";
import { processPaths, sharedPaths } from "../../bosh/process-paths.ts";
import { readIfThere } from "../../core/files.ts";
import { findAllLeaves } from "../../host/cgroups.ts";
import type { Hierarchy } from "../../host/facts.ts";
import type { MountEntry } from "../../host/mountinfo.ts";
import { bootId, isAlive } from "../../host/process.ts";
import { readEnding } from "../../lifecycle/state/ending.ts";
import { type ProcessState, readState } from "../../lifecycle/state/state.ts";
import { isSystemError } from "../../report/errors.ts";
import type {
  LeafRemains,
  MountFacts,
  PidfileRemains,
  ProcessName,
  RemainFacts,
  StateRemains,
} from "../facts.ts";

/** `configured`: the processes of bpm.yml files, to tell whose a container id is. */
export function gatherRemains(
  root: BoshRoot,
  hierarchies: readonly Hierarchy[],
  mounts: readonly MountEntry[],
  configured: readonly ProcessName[],
): RemainFacts {
  // Leaves first: of what is started meanwhile, the state is there before the leaf.
  const leaves = findAllLeaves(root, hierarchies);
  const directory = sharedPaths(root).states.external();
  const found = entries(directory).map((id) => ({ id, state: readState(`${directory}/${id}`) }));
  const states = found.map(({ state }) => state).filter(isReadable);
  const nameOf = (id: string) => nameOfId(id, [...configured, ...states]);
  const noted = new Set(states.flatMap(({ cgroups }) => cgroups.map((one) => one.directory)));
  return {
    states: found.flatMap(({ id, state }) =>
      stateRemains(root, `${directory}/${id}`, isReadable(state) ? state : nameOf(id), state),
    ),
    leaves: leafRemains(
      leaves.filter((leaf) => !noted.has(leaf.directory)),
      nameOf,
    ),
    pidfiles: stalePidfiles(root, states),
    mounts: mountFacts(root, mounts),
  };
}

type FoundState = ReturnType<typeof readState>;

function isReadable(state: FoundState): state is ProcessState {
  return typeof state === "object";
}

function stateRemains(
  root: BoshRoot,
  directory: string,
  { job, process }: ProcessName,
  state: FoundState,
): StateRemains[] {
  // It may have been removed meanwhile, by the stop of its process.
  if (isReadable(state) ? isAlive(state) : !existsSync(directory)) return [];
  if (!isReadable(state)) return [{ job, process, directory, kind: "unreadable", reason: "" }];
  const { reason } = readEnding(processPaths(root, job, process), state);
  const kind = state.boot_id === bootId() ? "ended" : "of-another-boot";
  return [{ job, process, directory, kind, reason }];
}

/** Those of one start are told together: they have the same name in each hierarchy. */
function leafRemains(
  leaves: ReturnType<typeof findAllLeaves>,
  nameOf: (id: string) => ProcessName,
): LeafRemains[] {
  const starts = new Map<string, LeafRemains>();
  for (const { id, unit, directory } of leaves) {
    const place = unit === null ? directory : dirname(directory);
    // It may have been removed meanwhile.
    if (!existsSync(place)) continue;
    const known = starts.get(basename(place));
    starts.set(basename(place), {
      ...nameOf(id),
      directories: [...(known?.directories ?? []), place],
      populated: known?.populated === true || isPopulated(place),
    });
  }
  return [...starts.values()];
}

/** Whether a process is in the cgroup or below it. */
function isPopulated(directory: string): boolean {
  return (
    (readIfThere(`${directory}/cgroup.procs`) ?? "") !== "" ||
    entries(directory, "directories").some((name) => isPopulated(`${directory}/${name}`))
  );
}

/**
 * An id does not tell where the job's name ends and the process's begins; whoever has it does.
 * Otherwise it may be anything that has this id.
 */
function nameOfId(id: string, known: readonly ProcessName[]): ProcessName {
  const owner = known.find(({ job, process }) => containerId(job, process) === id);
  if (owner !== undefined) return { job: owner.job, process: owner.process };
  const name = id
    .replace(/^bpm-/, "")
    .replace(/\.([0-9a-f]{2})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  const [job = name, process = job] = name.split(/\.(.*)/s);
  return { job, process };
}

/** Pidfiles, but for those of processes that run, and the empty ones of those that have ended. */
function stalePidfiles(root: BoshRoot, states: readonly ProcessState[]): PidfileRemains[] {
  const directory = sharedPaths(root).pids.external();
  return entries(directory).flatMap((job) =>
    entries(`${directory}/${job}`).flatMap((name) => {
      if (name.startsWith(".") || !name.endsWith(".pid")) return [];
      const process = name.slice(0, -".pid".length);
      const path = `${directory}/${job}/${name}`;
      const content = readIfThere(path)?.trim();
      const state = states.find((one) => one.job === job && one.process === process);
      const fits = state !== undefined && (content === "" || content === String(state.pid));
      return fits || content === undefined ? [] : [{ job, process, path, content }];
    }),
  );
}

function mountFacts({ root }: BoshRoot, mounts: readonly MountEntry[]): MountFacts {
  const counts = new Map<string, number>();
  for (const { mountPoint } of mounts) {
    counts.set(mountPoint, (counts.get(mountPoint) ?? 0) + 1);
  }
  const stacked = [...counts]
    .map(([path, count]) => ({ path, count }))
    .filter(({ path, count }) => count > 1 && path !== root && isWithin(path, root));
  return { total: mounts.length, stacked };
}

function entries(directory: string, kind?: "directories"): string[] {
  try {
    const found = readdirSync(directory, { withFileTypes: true });
    return found
      .filter((entry) => kind === undefined || entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isSystemError(error) && ["ENOENT", "ENOTDIR", "ENODEV"].includes(error.code)) return [];
    throw error;
  }
}
