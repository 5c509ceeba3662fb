/**
 * The calls into libbpm.so as functions. Each sends one JSON document and receives one; this
 * process owns both buffers and the library keeps no pointer after it has returned.
 */
import type {
  Answers,
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
import { CoreError } from "./error.ts";
import { openLibrary, type Operation, type Symbols } from "./library.ts";

/** Larger than any answer: the longest has one number for each mount of a sandbox. */
const answerBytes = 64 * 1024;

export interface Core {
  /** Makes directories, volumes and log files on the host, following only root's links. */
  prepare(request: PrepareRequest): PrepareResponse;
  /** flock(2), exclusive; held until the descriptor is closed or the process ends. */
  lock(request: LockRequest): LockResponse;
  /** Runs a program on the host to its end. */
  hook(request: HookRequest): HookResponse;
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

/** Loads the library. Throws a BpmError when that is not possible. */
export function loadCore(): Core {
  const symbols = openLibrary();
  return {
    prepare: (request) => call(symbols, "prepare", request),
    lock: (request) => call(symbols, "lock", request),
    hook: (request) => call(symbols, "hook", request),
    launch: (request) => call(symbols, "launch", request),
    signal: (request) => call(symbols, "signal", request),
    destroy: (request) => call(symbols, "destroy", request),
    probe: (request) => call(symbols, "probe", request),
    become: ({ name, document, argv, keep }) => {
      const request = { program: name, document: JSON.stringify(document), argv, keep };
      call(symbols, "become", request);
      throw new CoreError("exec program", name, 0);
    },
  };
}

interface Answer<Name extends keyof Answers> {
  readonly ok?: Answers[Name];
  readonly error?: Failure;
}

function call<Name extends keyof Answers>(
  symbols: Symbols,
  name: Name,
  request: Requests[Name],
): Answers[Name] {
  const input = new TextEncoder().encode(JSON.stringify(request));
  const output = new Uint8Array(answerBytes);
  const operation: Operation = `bpm_${name}`;
  const length = symbols[operation](input, input.length, output, output.length);
  if (length < 0) throw new CoreError(name, "answer too long", 0);
  const text = new TextDecoder().decode(output.subarray(0, length));
  const answer: Answer<Name> = JSON.parse(text);
  if (answer.ok !== undefined) return answer.ok;
  if (answer.error === undefined) throw new CoreError(name, text, 0);
  throw new CoreError(answer.error.step, answer.error.subject, answer.error.errno);
}
