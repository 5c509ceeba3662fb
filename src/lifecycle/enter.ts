/** `bpm shell`, `bpm exec`: a command in the sandbox of a process that runs, as one of its own. */
import { titleOf } from "../bosh/names.ts";
import { processPaths } from "../bosh/process-paths.ts";
import { type Core, loadCore } from "../core/core.ts";
import type { EnterHint } from "../core/documents.ts";
import { hintsByAction } from "../core/hints.ts";
import type { Step } from "../core/steps.ts";
import { BpmError } from "../report/errors.ts";
import type { Target } from "./session.ts";
import { readEntry, type SandboxEntry } from "./state/entry.ts";
import type { ProcessState } from "./state/state.ts";
import { runningState } from "./state/status.ts";

/** A process that runs, and how it was confined when it was started. */
export interface Sandbox {
  readonly name: string;
  readonly state: ProcessState;
  readonly entry: SandboxEntry;
}

export interface Visit {
  readonly command: readonly string[];
  /** What the command's own terminal is like, as TERM says; undefined: it gets none. */
  readonly terminal: { readonly term: string | undefined } | undefined;
}

/** What fails for a usual reason once bpm has given its place away. */
const steps: readonly Step[] = ["exec", "exec interpreter of", "wait for exec of", "clone"];

/** Throws for a process that does not run, or that another version of bpm has started. */
export function findSandbox(target: Target): Sandbox {
  const { root, job, process: name } = target;
  const state = runningState(root, job, name);
  const directory = processPaths(root, job, name).stateDir.external();
  const entry = readEntry(directory);
  if (entry === undefined) {
    throw new BpmError("no-entry", `${directory} does not say how to enter its sandbox`, {
      hint: "The process was started by another version of bpm: restart it.",
    });
  }
  return { name: titleOf(target), state, entry };
}

/** Never returns: a small program takes over, and ends with the command's exit status. */
export function enterSandbox({ name, state, entry }: Sandbox, { command, terminal }: Visit): never {
  const { pid, start_time, cgroups } = state;
  const { host_pid_namespace, confinement } = entry;
  const document = {
    pid,
    start_time,
    name,
    cgroups,
    host_pid_namespace,
    confinement,
    argv: command,
    env: environment(entry.env, terminal?.term),
    terminal: terminal !== undefined,
    hints: steps.flatMap(hints),
  };
  const core: Core = loadCore();
  const argv = ["bpm", ...process.argv.slice(2)];
  return core.become({ name: "enter", argv, keep: [], document });
}

function hints(step: Step): EnterHint[] {
  return (hintsByAction[step] ?? []).flatMap(({ errno = [], text }) =>
    errno.map((name) => ({ step, errno: name, text })),
  );
}

/** That of the process, and what its terminal is like. */
function environment(env: readonly string[], term: string | undefined): readonly string[] {
  if (term === undefined) return env;
  return [...env.filter((variable) => !variable.startsWith("TERM=")), `TERM=${term}`];
}
