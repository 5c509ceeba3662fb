/**
 * Small files, directories and links of the host, as the commands see them that have to be fast:
 * node:fs alone would cost them a millisecond and more. Where the library cannot be loaded, which
 * must not keep `bpm list` from listing, node:fs does the same.
 */
import { errnoName } from "../report/errno.ts";
import { BpmError } from "../report/errors.ts";
import type { Action, Bytes, FileStatus, Result } from "./actions.ts";
import { type Core, loadCore } from "./core.ts";

/** What a failed look throws: what node:fs would throw. */
class FileError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path: string;

  constructor(errno: number, syscall: string, path: string) {
    const code = errnoName(errno);
    super(`${code}: ${syscall} ${path}`);
    [this.code, this.syscall, this.path] = [code, syscall, path];
  }
}

/** More than any file of the kernel's or of bpm's own has. */
const textMax = 16 << 20;

/** The file's text. Throws a system error where it cannot be read, or is no regular file. */
export function readText(path: string): string {
  const result = look({ read: { path, max: textMax } });
  if ("text" in result) return textOf(result.text);
  throw failure(result, "open", path);
}

/** The file's bytes, as text where they are UTF-8. Throws EFBIG for more than `max` of them. */
export function readBytes(path: string, max: number): string | Uint8Array {
  const result = look({ read: { path, max } });
  if ("text" in result) {
    return typeof result.text === "string" ? result.text : Uint8Array.from(result.text);
  }
  throw failure(result, "open", path);
}

/** What reading fails with when a file, a process or a cgroup has gone: ENOENT, ESRCH, … */
const gone: readonly number[] = [2, 3, 19, 20];

/** The file's text, or undefined where it, or what it is about, is gone. */
export function readIfThere(path: string): string | undefined {
  const result = look({ read: { path, max: textMax } });
  if ("text" in result) return textOf(result.text);
  if ("errno" in result && gone.includes(result.errno)) return undefined;
  throw failure(result, "open", path);
}

/** The names in a directory, sorted. Throws a system error where it cannot be read. */
export function readNames(path: string): string[] {
  const result = look({ list: { path } });
  if ("names" in result) return result.names.map(textOf).sort();
  throw failure(result, "scandir", path);
}

/** What is at a path, which is not followed where it is a link; undefined: nothing, or no way. */
export function statusOf(path: string): FileStatus | undefined {
  const result = look({ status: { path } });
  return "status" in result ? result.status : undefined;
}

/** What a link leads to. Throws a system error for what is none. */
export function readLink(path: string): string {
  const result = look({ status: { path } });
  if ("status" in result && result.status.link !== null) return textOf(result.status.link);
  throw failure("errno" in result ? result : { errno: 22 }, "readlink", path);
}

export function exists(path: string): boolean {
  const status = statusOf(path);
  return status !== undefined && (status.kind !== "link" || status.target !== null);
}

export function isDirectory(path: string): boolean {
  const status = statusOf(path);
  return status?.kind === "directory" || status?.target === "directory";
}

function look(action: Action): Result {
  const core = loadedCore();
  if (core === undefined) {
    const { lookWithNode } = require("./node-look.ts") as typeof import("./node-look.ts");
    return lookWithNode(action);
  }
  const [result] = core.perform([action]);
  if (result === undefined) throw new BpmError("internal", "the core did not look");
  return result;
}

function loadedCore(): Core | undefined {
  try {
    return loadCore();
  } catch (error) {
    if (error instanceof BpmError) return undefined;
    throw error;
  }
}

/** The text of a name or a link; what is no UTF-8 in it is replaced. */
export function textOf(bytes: Bytes): string {
  return typeof bytes === "string" ? bytes : new TextDecoder().decode(Uint8Array.from(bytes));
}

function failure(result: Result, syscall: string, path: string): Error {
  if ("errno" in result) return new FileError(result.errno, syscall, path);
  return new BpmError("internal", `the core did not answer what ${path} is`);
}
