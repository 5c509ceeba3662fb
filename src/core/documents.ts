/**
 * The documents that go to libbpm.so and come back, and those of the programs that bpm turns into.
 * The structures in zig/src refuse anything else, and test/contract holds that both are the same.
 * Descriptors are numbers of this process.
 */

import type { Feature } from "../../zig/zig-out/contract.ts";
import type { Cgroup, Confinement, LaunchPlan, PrepareStep } from "../plan/launch-plan.ts";
import type { PerformRequest, PerformResponse } from "./actions.ts";
import type { Step } from "./steps.ts";

export type { Feature };

/** What is sent in each call. */
export interface Requests {
  readonly perform: PerformRequest;
  readonly prepare: PrepareRequest;
  readonly lock: LockRequest;
  readonly hook: HookRequest;
  readonly await_hook: AwaitHookRequest;
  readonly launch: LaunchRequest;
  readonly signal: SignalRequest;
  readonly destroy: DestroyRequest;
  readonly probe: ProbeRequest;
  readonly become: BecomeRequest;
}

/** What comes back, unless a Failure does. */
export interface Answers {
  readonly perform: PerformResponse;
  readonly prepare: PrepareResponse;
  readonly lock: LockResponse;
  readonly hook: HookResponse;
  readonly await_hook: AwaitHookResponse;
  readonly launch: LaunchResponse;
  readonly signal: SignalResponse;
  readonly destroy: Record<never, never>;
  readonly probe: ProbeResponse;
  readonly become: Record<never, never>;
}

export interface Failure {
  readonly step: Step;
  /** The path or name that it was done to; may be empty. */
  readonly subject: string;
  /** A number of errno(3). */
  readonly errno: number;
}

/** The programs that bpm can turn into, and what each reads. */
export interface Programs {
  readonly supervise: SuperviseRequest;
  readonly enter: EnterRequest;
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

export interface HookResponse {
  /** The hook's guard: SIGTERM to it ends the hook and all that the hook has started. */
  readonly pid: number;
  readonly start_time: string;
  readonly result: number;
}

export type AwaitHookRequest = Pick<HookResponse, "pid" | "result">;

/** One of the first two is null. */
export interface AwaitHookResponse {
  readonly exit_code: number | null;
  readonly signal: number | null;
  /** Its guard was: whatever the hook's status is, it is no success. */
  readonly told_to_end: boolean;
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
  /** errno is 0 for what works. */
  readonly features: readonly { readonly name: Feature; readonly errno: number }[];
  /** The text of cgroup.controllers; "" unless it was asked for. */
  readonly controllers: string;
}

export interface BecomeRequest {
  readonly program: keyof Programs;
  readonly argv: readonly string[];
  /** Descriptors that the document names, and the lock: they survive the exec. */
  readonly keep: readonly number[];
  /** What the program reads, as JSON. */
  readonly document: string;
}

/** Descriptors are -1 where there is none. */
export interface SuperviseRequest {
  /** The init, a child of this process. */
  readonly pid: number;
  /** Reading ends. */
  readonly stdout_pipe: number;
  readonly stderr_pipe: number;
  /** Opened for appending. */
  readonly stdout_log: number;
  readonly stderr_log: number;
  readonly bpm_log: number;
  /** Where the init notes down how the errand ended. */
  readonly exit_record: string;
  /** What the line on stderr about an exit status begins with. */
  readonly failure_prefix: string;
  /** The line for stderr when memory ran out. */
  readonly memory_notice: string;
  /**
   * Lines of bpm.log, from after the timestamp on; "{status}" stands for the exit status and
   * "{reason}" for what has ended the errand.
   */
  readonly on_out_of_memory: readonly string[];
  readonly on_success: readonly string[];
  readonly on_failure: readonly string[];
  /** To be killed and removed at the end. */
  readonly cgroups: readonly CgroupRef[];
  /** In directories that only root can write to. */
  readonly unlink: readonly string[];
  readonly rmdir: readonly string[];
}

export interface EnterRequest {
  /** The sandbox's init. */
  readonly pid: number;
  readonly start_time: string;
  /** JOB or JOB.PROCESS, for messages. */
  readonly name: string;
  readonly cgroups: readonly CgroupRef[];
  readonly host_pid_namespace: boolean;
  readonly confinement: Confinement;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  /** Whether the command gets a terminal of its own. */
  readonly terminal: boolean;
  /** What can be done about failures. */
  readonly hints: readonly EnterHint[];
}

export interface EnterHint {
  readonly step: Step;
  /** For example ENOENT. */
  readonly errno: string;
  readonly text: string;
}

/** How a main process ended: what its init writes. One of the first two is null. */
export interface ExitRecord {
  readonly exit_code: number | null;
  readonly signal: number | null;
  /** Whether the kernel has killed something of the sandbox for want of memory. */
  readonly oom_killed: boolean;
  /** Milliseconds since 1970. */
  readonly ended_ms: number;
  /** Milliseconds since the boot. 0 or absent: the init of an older bpm wrote this. */
  readonly ended_boot_ms?: number;
}
