/**
 * How to join a process's sandbox: what was decided when it was made. bpm.yml may say something
 * else by the time somebody wants in, or nothing any more.
 */

import { readIfThere } from "../../core/files.ts";
import type { Confinement, LaunchPlan } from "../../plan/launch-plan.ts";
import { parseJson } from "./json-file.ts";

export interface SandboxEntry {
  readonly env: readonly string[];
  readonly host_pid_namespace: boolean;
  readonly confinement: Confinement;
}

export const entryFile = "entry.json";

export function entryOf(launch: LaunchPlan): SandboxEntry {
  const { env, host_pid_namespace, workdir, uid, gid } = launch;
  const { capabilities, no_new_privileges, seccomp, rlimits } = launch;
  return {
    env,
    host_pid_namespace,
    confinement: { workdir, uid, gid, capabilities, no_new_privileges, seccomp, rlimits },
  };
}

/**
 * Undefined where there is none, or one that another version of bpm has written. Throws a system
 * error where it cannot be read.
 */
export function readEntry(directory: string): SandboxEntry | undefined {
  const text = readIfThere(`${directory}/${entryFile}`);
  const value = text === undefined ? undefined : parseJson(text);
  return isEntry(value) ? value : undefined;
}

function isEntry(value: unknown): value is SandboxEntry {
  if (typeof value !== "object" || value === null) return false;
  const entry = value as Readonly<Record<keyof SandboxEntry, unknown>>;
  return (
    Array.isArray(entry.env) &&
    entry.env.every((variable) => typeof variable === "string") &&
    typeof entry.host_pid_namespace === "boolean" &&
    isConfinement(entry.confinement)
  );
}

/** The core refuses what has other fields than these; their values are what was handed to it. */
function isConfinement(value: unknown): value is Confinement {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.keys(value).sort().join() === Object.keys(confinement).sort().join()
  );
}

/** The names of all its fields; the compiler holds that none is missing. */
const confinement: Readonly<Record<keyof Confinement, true>> = {
  workdir: true,
  uid: true,
  gid: true,
  capabilities: true,
  no_new_privileges: true,
  seccomp: true,
  rlimits: true,
};
