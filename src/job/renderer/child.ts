/** Runs a program that evaluates templates: without rights, for a while, with so much to say. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Rights } from "./rights.ts";

export interface ChildCommand {
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly input: string;
  readonly rights: Rights | undefined;
  readonly seconds: number;
}

export interface Ended {
  readonly output: Uint8Array;
  /** The beginning of what it wrote to standard error. */
  readonly errors: string;
  /** How it ended, in words. */
  readonly end: string;
  readonly cut: "time" | "size" | undefined;
}

const mostOutput = 64 * 2 ** 20;
const mostErrors = 64 * 2 ** 10;

/** Rejects with a system error when the program cannot be started. */
export function runChild(command: ChildCommand): Promise<Ended> {
  const { argv, environment, input, rights, seconds } = command;
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const [program, ...args] = argv;
  const child = spawn(program, args, {
    ...rights,
    env: environment,
    cwd: "/",
    stdio: ["pipe", "pipe", "pipe"],
  });
  let cut: Ended["cut"];
  const end = (why: Ended["cut"]) => {
    cut ??= why;
    child.kill("SIGKILL");
  };
  const timer = setTimeout(() => end("time"), seconds * 1000);
  const output = collect(child.stdout, mostOutput, () => end("size"));
  const errors = collect(child.stderr, mostErrors, () => undefined);
  // A child that ends early closes the pipe while it is being written to; how it ended is told.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  child.on("error", reject);
  child.on("close", (code, signal) => {
    clearTimeout(timer);
    const text = new TextDecoder().decode(errors());
    const how = signal === null ? `exit status ${code ?? 0}` : `signal ${signal}`;
    resolve({ output: output(), errors: text, end: how, cut });
  });
  return promise;
}

/** Everything that a stream gives, up to `most` bytes; the rest is read and forgotten. */
function collect(stream: ChildProcess["stdout"], most: number, tooMuch: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on("data", (chunk: Buffer) => {
    if (size < most) chunks.push(chunk.subarray(0, most - size));
    size += chunk.length;
    if (size > most) tooMuch();
  });
  return () => Buffer.concat(chunks);
}
