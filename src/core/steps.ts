/** What the core was doing when it failed: the tags of `Step` in Zig are the text. */
import type { Step } from "../../zig/zig-out/contract.ts";
import type { Requests } from "./documents.ts";

export type { Step };

/** A step, or the whole call where the library gave no answer. */
export type Action = Step | keyof Requests;

/** Whether the job's executable, which the init executes, could not be executed. */
export function isJobExec(action: Action): boolean {
  return action === "exec" || action === "exec interpreter of";
}

/** Whether a path is left to execve(2), which follows links; the core itself walks all others. */
export function isExec(action: Action): boolean {
  return (
    isJobExec(action) || action === "exec pre_start hook" || action === "exec interpreter of hook"
  );
}
