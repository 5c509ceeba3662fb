/**
 * The documents that go to libbpm.so and come back: the same shapes as the structures in
 * zig/src/documents/plan.zig, which refuse anything else. Descriptors are numbers of this process.
 */
import type { Cgroup, LaunchPlan, PrepareStep } from "../plan/launch-plan.ts";
import type { Step } from "./steps.ts";

/** What comes back instead of an answer. */
export interface Failure {
  readonly step: Step;
  /** The path or name that it was done to; may be empty. */
  readonly subject: string;
  /** A number of errno(3). */
  readonly errno: number;
}

export interface PrepareRequest {
  readonly steps: readonly PrepareStep[];
}

export interface PrepareResponse {
  /** One for each step, to be closed by the caller: O_PATH for directories and volumes. */
  readonly fds: readonly number[];
}

export interface LockRequest {
  readonly fd: number;
  /** The file's name, for a failure to tell. */
  readonly path: string;
  /** Wait for whoever holds it, or come back at once. */
  readonly wait: boolean;
}

export interface LockResponse {
  readonly acquired: boolean;
}

export interface HookRequest {
  readonly executable: string;
  readonly env: readonly string[];
  readonly stdout: number;
  readonly stderr: number;
}

/** One of the two is null. */
export interface HookResponse {
  readonly exit_code: number | null;
  readonly signal: number | null;
}

export interface LaunchRequest {
  readonly plan: LaunchPlan;
  /** -1: a pipe is made, whose reading end comes back. */
  readonly stdout: number;
  readonly stderr: number;
  /** Where the init writes how the main process ended; -1: nowhere. */
  readonly exit_record: number;
  /** The pidfile, which the init empties when the main process has ended; -1: none. */
  readonly pidfile: number;
  /** End the process when the calling one ends. */
  readonly die_with_parent: boolean;
}

export interface LaunchResponse {
  readonly pid: number;
  /** Clock ticks since boot, as decimal text: field 22 of proc_pid_stat(5). */
  readonly start_time: string;
  readonly pidfd: number;
  /** Reading ends of the pipes that were asked for, or -1. */
  readonly stdout: number;
  readonly stderr: number;
}

export interface SignalRequest {
  readonly pid: number;
  readonly start_time: string;
  /** 0 sends nothing and only waits. */
  readonly signal: number;
  readonly wait_ms: number;
}

export interface SignalResponse {
  /** The process has ended, or was not the one that is meant. */
  readonly gone: boolean;
}

/** A leaf that was made earlier. */
export interface CgroupRef extends Pick<Cgroup, "version" | "directory"> {
  /** The unit of systemd's whose cgroup the leaf's parent is, and goes with it. */
  readonly unit: string | null;
}

export interface DestroyRequest {
  readonly cgroups: readonly CgroupRef[];
}

export interface ProbeRequest {
  /** Whom to become when privileges are given up. */
  readonly uid: number;
  readonly gid: number;
  /** Whether to look which controllers a mount of cgroup v2 would show. */
  readonly unified: boolean;
}

export interface ProbeResponse {
  /** zig/src/host/probe.zig has their names. errno is 0 for what works. */
  readonly features: readonly { readonly name: string; readonly errno: number }[];
  /** The text of cgroup.controllers; "" unless it was asked for. */
  readonly controllers: string;
}

export interface BecomeRequest {
  readonly program: "supervise" | "enter";
  readonly argv: readonly string[];
  /** Descriptors that the document names, and the lock: they survive the exec. */
  readonly keep: readonly number[];
  /** What the program reads: zig/src/supervise/request.zig, zig/src/enter/request.zig. */
  readonly document: string;
}
