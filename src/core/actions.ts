/**
 * A list of actions for the core, and what comes of each: zig/src/documents/actions.zig. A command
 * composes such lists as data, to look at the host with one and to change it with another.
 */
import type { LaunchPlan, PrepareStep } from "../plan/launch-plan.ts";
import type { CgroupRef, LaunchResponse, SignalRequest } from "./documents.ts";
import type { Step } from "./steps.ts";

/** An open file: a descriptor of this process, or what an earlier action of the list opened. */
export type Descriptor = { readonly fd: number } | { readonly of: number };

/** A part of a text, for what is known only once an earlier action (by its index) is done. */
export type Piece =
  | { readonly text: string }
  | { readonly pid: number }
  | { readonly start_time: number }
  | { readonly timestamp: Nothing };

type Nothing = Readonly<Record<string, never>>;

export type Action =
  // Looking: what fails is told in the result, and the list goes on.
  | { readonly read: { readonly path: string; readonly max: number } }
  | { readonly list: { readonly path: string } }
  | { readonly status: { readonly path: string } }
  // Acting: what fails ends the list.
  | { readonly prepare: PrepareStep }
  | { readonly lock: LockAction }
  | { readonly log: { readonly fd: Descriptor; readonly lines: readonly string[] } }
  | { readonly write: WriteAction }
  | { readonly publish: PublishAction }
  | { readonly empty_if_ended: EmptyIfEndedAction }
  | { readonly remove: RemoveAction }
  | { readonly launch: LaunchAction }
  | { readonly signal: SignalRequest }
  | { readonly destroy: { readonly cgroups: readonly CgroupRef[] } }
  | { readonly close: Descriptor };

export interface LockAction {
  readonly fd: Descriptor;
  readonly path: string;
  /** Wait for whoever holds it, or come back at once. */
  readonly wait: boolean;
}

/** A file made anew in a directory that only root can change. */
export interface WriteAction {
  readonly directory: Descriptor;
  readonly name: string;
  /** What a failure is told of. */
  readonly path: string;
  readonly mode: number;
  readonly content: readonly Piece[];
  /** There as a whole or not at all. */
  readonly replace: boolean;
}

/** A file's second name in another directory, in the place of what has that name there. */
export interface PublishAction {
  readonly from: Descriptor;
  readonly name: string;
  readonly to: Descriptor;
  readonly as: string;
  readonly path: string;
}

/** Empties a file, the pidfile, where the process has ended. */
export interface EmptyIfEndedAction {
  readonly file: Descriptor;
  /** Where the init writes how it ended. */
  readonly record: string;
  readonly process:
    | { readonly of: number }
    | {
        readonly noted: { readonly pid: number; readonly start_time: string };
      };
}

export interface RemoveAction {
  readonly directory: string;
  readonly names: readonly string[];
  /** The directory as well. */
  readonly itself: boolean;
}

export interface LaunchAction {
  readonly plan: LaunchPlan;
  readonly stdout: Descriptor;
  readonly stderr: Descriptor;
  readonly exit_record: Descriptor;
  readonly pidfile: Descriptor;
  readonly die_with_parent: boolean;
}

export interface PerformRequest {
  readonly actions: readonly Action[];
  /** Carried out, all of them, when one of the actions has failed. */
  readonly undo: readonly Action[];
}

export type FileKind = "directory" | "file" | "link" | "block" | "character" | "other";

/** What lstat(2) says; `link` is what a symbolic link leads to, `target` what is found there. */
export interface FileStatus {
  readonly kind: FileKind;
  readonly uid: number;
  readonly mode: number;
  readonly link: Bytes | null;
  readonly target: FileKind | null;
}

/** Text, or its bytes where they are no UTF-8. */
export type Bytes = string | readonly number[];

export type Result =
  | { readonly done: Nothing }
  | { readonly text: Bytes }
  | { readonly names: readonly Bytes[] }
  | { readonly status: FileStatus }
  | { readonly errno: number }
  | { readonly fd: number }
  | { readonly acquired: boolean }
  | { readonly gone: boolean }
  | { readonly launched: LaunchResponse };

export interface ActionFailure {
  /** The index of the action. */
  readonly at: number;
  readonly step: Step;
  readonly subject: string;
  readonly errno: number;
}

export interface PerformResponse {
  /** Of the actions up to the one that failed. */
  readonly results: readonly Result[];
  readonly failure: ActionFailure | null;
  /** The first failure of the undoing. */
  readonly undoing: ActionFailure | null;
}
