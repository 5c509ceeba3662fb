/**
 * What bpm notes down of a process, so that any later command can find it and end it completely:
 * one directory a process, with a state.json (written in notes.ts), an entry.json for whoever joins
 * the sandbox, the init's exit.json, and the pidfile as it was made.
 */

import { nameProblem } from "../../bosh/names.ts";
import type { CgroupRef } from "../../core/documents.ts";
import type { ProcessIdentity } from "../../host/process.ts";
import { readJsonFile } from "./json-file.ts";

export interface ProcessState extends ProcessIdentity {
  readonly id: string;
  readonly job: string;
  readonly process: string;
  readonly kind: "start" | "run";
  /**
   * creating: the identity is that of the bpm which is at it, and the cgroups may exist.
   * running: the identity is that of the init.
   */
  readonly status: "creating" | "running";
  /** The signal that `bpm stop` begins with, whatever bpm.yml says by then. */
  readonly shutdown_signal: "TERM" | "INT";
  readonly cgroups: readonly CgroupRef[];
  /** The bpm that made this; of a run, its supervisor, which cleans up after it. */
  readonly creator: ProcessIdentity;
  /** What a pre_start hook that runs is ended by: its guard. */
  readonly hook?: ProcessIdentity;
  /** When it was started, its pre_start hook excepted: RFC 3339. */
  readonly created: string;
}

export const stateFile = "state.json";
export const exitFile = "exit.json";
export const pidFile = "pidfile";

/** The state in this directory; "unreadable" where there is one but it is no state. */
export function readState(directory: string): ProcessState | "unreadable" | undefined {
  const found = readJsonFile(`${directory}/${stateFile}`);
  if (found === undefined) return undefined;
  return isState(found.value) ? withKnownCgroups(found.value) : "unreadable";
}

/** A later version may note down more of a cgroup; the core refuses what it does not know. */
function withKnownCgroups(state: ProcessState): ProcessState {
  const cgroups = state.cgroups.map(({ version, directory, unit }) => ({
    version,
    directory,
    unit,
  }));
  return { ...state, cgroups };
}

function isState(value: unknown): value is ProcessState {
  if (typeof value !== "object" || value === null) return false;
  const state = value as Readonly<Record<keyof ProcessState, unknown>>;
  const texts = [state.id, state.job, state.process, state.created];
  return (
    texts.every(isText) &&
    isName(state.job) &&
    isName(state.process) &&
    !Number.isNaN(Date.parse(String(state.created))) &&
    isIdentity(state) &&
    (state.kind === "start" || state.kind === "run") &&
    (state.status === "creating" || state.status === "running") &&
    (state.shutdown_signal === "TERM" || state.shutdown_signal === "INT") &&
    isIdentity(state.creator) &&
    (state.hook === undefined || isIdentity(state.hook)) &&
    Array.isArray(state.cgroups) &&
    state.cgroups.every(isCgroup)
  );
}

/** Whether paths can be made of it. */
function isName(value: unknown): boolean {
  return nameProblem(String(value)) === undefined;
}

function isIdentity(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const identity = value as Readonly<Record<keyof ProcessIdentity, unknown>>;
  return isPid(identity.pid) && isText(identity.start_time) && isText(identity.boot_id);
}

/** What pid_t can be of a process; 0 and below would mean others. */
function isPid(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < 2 ** 31;
}

/** As system calls take it. */
function isText(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0");
}

function isCgroup(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const cgroup = value as Readonly<Record<keyof CgroupRef, unknown>>;
  return (
    (cgroup.version === 1 || cgroup.version === 2) &&
    isText(cgroup.directory) &&
    cgroup.directory.startsWith("/") &&
    (cgroup.unit === null || isText(cgroup.unit))
  );
}
