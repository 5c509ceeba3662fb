/** What the core's looking actions do, done with node:fs. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  type Stats,
  statSync,
} from "node:fs";
import type { Action, FileKind, Result } from "./actions.ts";

const eio = 5;
const eisdir = 21;
const einval = 22;
const efbig = 27;

/** Carries out an action that only looks; any other is EINVAL. */
export function lookWithNode(action: Action): Result {
  try {
    if ("read" in action) return read(action.read.path, action.read.max);
    if ("list" in action) return { names: readdirSync(action.list.path) };
    if ("status" in action) return status(action.status.path);
    return { errno: einval };
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    return { errno: errno === undefined ? eio : Math.abs(errno) };
  }
}

function read(path: string, max: number): Result {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stats = fstatSync(fd);
    if (stats.isDirectory()) return { errno: eisdir };
    if (!stats.isFile()) return { errno: einval };
    if (stats.size > max) return { errno: efbig };
    const bytes = readFileSync(fd);
    return bytes.length > max ? { errno: efbig } : { text: textOrBytes(bytes) };
  } finally {
    closeSync(fd);
  }
}

function textOrBytes(bytes: Buffer): string | number[] {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8: then the bytes themselves.
    return [...bytes];
  }
}

function status(path: string): Result {
  const stats = lstatSync(path);
  const isLink = stats.isSymbolicLink();
  const target = isLink ? statSync(path, { throwIfNoEntry: false }) : undefined;
  return {
    status: {
      kind: kindOf(stats),
      uid: stats.uid,
      mode: stats.mode & 0o7777,
      link: isLink ? readlinkSync(path) : null,
      target: target === undefined ? null : kindOf(target),
    },
  };
}

function kindOf(stats: Stats): FileKind {
  if (stats.isDirectory()) return "directory";
  if (stats.isFile()) return "file";
  if (stats.isSymbolicLink()) return "link";
  if (stats.isBlockDevice()) return "block";
  return stats.isCharacterDevice() ? "character" : "other";
}
