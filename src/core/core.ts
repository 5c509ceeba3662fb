/**
 * The calls into libbpm.so as functions. Each sends one JSON document and receives one; this
 * process owns both buffers and the library keeps no pointer after it has returned.
 */
import type { Action, Result } from "./actions.ts";
import type {
  Answers,
  AwaitHookRequest,
  AwaitHookResponse,
  Failure,
  HookRequest,
  HookResponse,
  LaunchRequest,
  LaunchResponse,
  LockRequest,
  LockResponse,
  PrepareRequest,
  PrepareResponse,
  ProbeRequest,
  ProbeResponse,
  Programs,
  Requests,
  SignalRequest,
  SignalResponse,
} from "./documents.ts";
import { ActionError, CoreError } from "./error.ts";
import { type Operation, openLibrary, type Symbols } from "./library.ts";

/**
 * Larger than any answer, which may have a bpm.yml of 4 MiB in it. Pages that no answer reaches are
 * never touched, as long as nobody fills the buffer with zeros first.
 */
const answerBytes = 32 << 20;

export interface Core {
  /**
   * Carries out a list of actions; what came of each. Where one fails, which is thrown as an
   * ActionError, all of `undo` is carried out.
   */
  perform(actions: readonly Action[], undo?: readonly Action[]): readonly Result[];
  /** Makes directories, volumes and log files on the host, following only root's links. */
  prepare(request: PrepareRequest): PrepareResponse;
  /** flock(2), exclusive; held until the descriptor is closed or the process ends. */
  lock(request: LockRequest): LockResponse;
  /** Starts a program on the host; it ends with this process. */
  hook(request: HookRequest): HookResponse;
  /** Waits for that program's end. */
  awaitHook(request: AwaitHookRequest): AwaitHookResponse;
  /** Starts a sandboxed process; on failure nothing of it is left. */
  launch(request: LaunchRequest): LaunchResponse;
  /** Signals a process and waits for its end. */
  signal(request: SignalRequest): SignalResponse;
  /** Kills everything in the cgroups and removes them. */
  destroy(request: Requests["destroy"]): void;
  /** Tries what a launch needs of the kernel, and leaves nothing of it. */
  probe(request: ProbeRequest): ProbeResponse;
  /** Replaces this process by one of the programs that are embedded in the library. */
  become<Name extends keyof Programs>(program: Program<Name>): never;
}

export interface Program<Name extends keyof Programs> {
  readonly name: Name;
  /** What it reads. */
  readonly document: Programs[Name];
  readonly argv: readonly string[];
  /** Descriptors that the document names, and the lock: they survive the exec. */
  readonly keep: readonly number[];
}

let loaded: Core | undefined;

/**
 * Loads the library, once: the same handle comes of it each time, as of dlopen(3) itself. Throws a
 * BpmError when that is not possible.
 */
export function loadCore(): Core {
  loaded ??= load();
  return loaded;
}

function load(): Core {
  const library: Library = {
    symbols: openLibrary(),
    output: Buffer.allocUnsafeSlow(answerBytes),
  };
  return {
    perform(actions, undo = []) {
      const { results, failure, undoing } = call(library, "perform", { actions, undo });
      if (failure !== null) throw new ActionError(failure, undoing);
      return results;
    },
    prepare: (request) => call(library, "prepare", request),
    lock: (request) => call(library, "lock", request),
    hook: (request) => call(library, "hook", request),
    awaitHook: (request) => call(library, "await_hook", request),
    launch: (request) => call(library, "launch", request),
    signal: (request) => call(library, "signal", request),
    destroy: (request) => call(library, "destroy", request),
    probe: (request) => call(library, "probe", request),
    become: ({ name, document, argv, keep }) => {
      const request = { program: name, document: JSON.stringify(document), argv, keep };
      call(library, "become", request);
      throw new CoreError("exec program", name, 0);
    },
  };
}

interface Library {
  readonly symbols: Symbols;
  /** Where answers are written. */
  readonly output: Uint8Array;
}

interface Answer<Name extends keyof Answers> {
  readonly ok?: Answers[Name];
  readonly error?: Failure;
}

function call<Name extends keyof Answers>(
  { symbols, output }: Library,
  name: Name,
  request: Requests[Name],
): Answers[Name] {
  const input = new TextEncoder().encode(JSON.stringify(request));
  const operation: Operation = `bpm_${name}`;
  const length = symbols[operation](input, input.length, output, output.length);
  if (length < 0) throw new CoreError(name, "answer too long", 0);
  const text = new TextDecoder().decode(output.subarray(0, length));
  const answer: Answer<Name> = JSON.parse(text);
  if (answer.ok !== undefined) return answer.ok;
  if (answer.error === undefined) throw new CoreError(name, text, 0);
  throw new CoreError(answer.error.step, answer.error.subject, answer.error.errno);
}
