/**
 * Making single system calls of bpm fail, or die of a signal, with strace's fault injection. Which
 * call is meant is found in a recording of a run that goes well: the ordinal of the first call, by
 * the process that is meant, whose text fits a pattern.
 */

import { readFileSync, rmSync } from "node:fs";
import type { BoshRoot } from "./bosh-root.ts";
import { type CommandResult, plainEnvironment, run } from "./command.ts";

export interface TracedCall {
  readonly pid: number;
  readonly name: string;
  /** The call as strace prints it: `mkdirat(6, "bpm", 0700) = 0`. */
  readonly text: string;
}

/**
 * Whose call: bpm's, the child's before it is the init, or a program's before it is executed: the
 * job's, or that of a command which enters its sandbox.
 */
export type Caller = "bpm" | "child" | "job" | "command";

/** A system call of a run: the ordinal among its caller's calls of that name. */
export interface Target {
  readonly name: string;
  readonly ordinal: number;
}

/** Runs bpm with a job that ends at once and records the calls with these names. */
export async function record(
  root: BoshRoot,
  args: readonly string[],
  names: readonly string[],
): Promise<TracedCall[]> {
  const file = `${root.path}/strace`;
  const options = ["-f", "-qq", "-s", "256", `--trace=${names.join(",")}`, "-o", file];
  const { code, stderr } = await strace(root, options, args);
  if (code !== 0) throw new Error(`recording bpm ${args.join(" ")} failed: ${stderr}`);
  const text = readFileSync(file, "utf8");
  rmSync(file);
  return text.split("\n").flatMap((line) => {
    const [, pid, call, name] = line.match(/^(\d+) +((\w+)\(.*)$/) ?? [];
    return pid && call && name ? [{ pid: Number(pid), name, text: call }] : [];
  });
}

export interface Wanted {
  readonly caller: Caller;
  readonly name: string;
  /** What the call's text must fit; any will do unless given. */
  readonly like?: RegExp | undefined;
  /** Which of the calls that fit: 0 for the first, -1 for the last. */
  readonly occurrence?: number | undefined;
  /** Whether the same call of another process may fail too, because that does without. */
  readonly shared?: boolean | undefined;
}

/** Finds a call in a recording. */
export function find(calls: readonly TracedCall[], wanted: Wanted): Target {
  const { caller, name, like = /./, occurrence = 0, shared = false } = wanted;
  const pid = pidOf(calls, caller);
  const own = calls.filter((call) => call.pid === pid && call.name === name);
  const call = own.filter(({ text }) => like.test(text)).at(occurrence);
  if (call === undefined) throw new Error(`${caller} makes no ${name} like ${like}`);
  const ordinal = own.indexOf(call) + 1;
  // strace counts for each process, and fails the call of whoever gets there first.
  const earlier = calls.slice(0, calls.indexOf(call)).filter((other) => other.name === name);
  const rivals = Map.groupBy(
    earlier.filter((other) => other.pid !== pid),
    (other) => other.pid,
  );
  if (!shared && [...rivals.values()].some((theirs) => theirs.length >= ordinal)) {
    throw new Error(
      `call ${ordinal} of ${name} would fail in another process than ${caller} first`,
    );
  }
  return { name, ordinal };
}

/**
 * Options of tests that inject: on a busy machine the JavaScript engine makes a call more or less
 * than it made in the recording, and another call fails than the one that is meant.
 */
export const injecting = { retry: 2 } as const;

/** Runs bpm with one call failing: `how` is `error=EIO` or `signal=KILL`. */
export async function inject(
  root: BoshRoot,
  args: readonly string[],
  { name, ordinal }: Target,
  how: string,
): Promise<CommandResult> {
  const fault = [`--trace=${name}`, `--inject=${name}:${how}:when=${ordinal}`];
  // Much faster, but strace 6.1 then never delivers the signal of an injection.
  const speed = how.startsWith("signal") ? [] : ["--seccomp-bpf"];
  return strace(root, ["-f", "-qq", ...speed, ...fault, "-o", "/dev/null"], args);
}

/** strace waits for all that it traces, so a process that is started for good keeps it. */
async function strace(
  root: BoshRoot,
  options: readonly string[],
  args: readonly string[],
): Promise<CommandResult> {
  const argv = ["strace", ...options, root.bpmProgram, ...args];
  return run(argv, { env: { ...plainEnvironment, ...root.environment() } });
}

function pidOf(calls: readonly TracedCall[], caller: Caller): number {
  const signs = {
    bpm: /./,
    child: /^pivot_root\(/,
    job: /^setpgid\(/,
    command: /^setsid\(/,
  };
  const call = calls.find(({ text }) => signs[caller].test(text));
  if (call === undefined) throw new Error(`the recording has no ${caller}`);
  return call.pid;
}
