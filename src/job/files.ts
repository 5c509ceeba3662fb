/** Reading an author's files: never through a link that leads elsewhere, never without a bound. */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { dirname, relative } from "node:path";
import { BpmError, messageOf } from "../report/errors.ts";
import { quote } from "../report/escape.ts";

const mebibyte = 2 ** 20;

/** The longest spec, template or file of properties. The longest known template has 106 kB. */
const mostBytes = 16 * mebibyte;

/**
 * Reads a regular file of at most `most` bytes. With `within`, a symbolic link must not lead out
 * of that directory: whoever wrote a release must not have root's files rendered into it.
 */
export function readAuthorFile(path: string, within?: string, most = mostBytes): Uint8Array {
  try {
    const real = realpathSync(path);
    if (within !== undefined && !isWithin(real, realpathSync(within))) {
      throw new BpmError("link-outside", `read ${path}: it is outside of ${within}`);
    }
    return readRegular(path, real, most);
  } catch (error) {
    if (error instanceof BpmError) throw error;
    throw new BpmError("unreadable", messageOf(error), { cause: error });
  }
}

export function isWithin(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== ".." && !way.startsWith("../");
}

/** Not even opening a named pipe may wait for somebody. */
function readRegular(path: string, real: string, most: number): Uint8Array {
  const file = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile()) {
      throw new BpmError("not-a-file", `read ${path}: it is no regular file`);
    }
    if (size > most) {
      const limit = `${most / mebibyte} MiB`;
      throw new BpmError("too-large", `read ${path}: it is larger than ${limit}`);
    }
    const bytes = new Uint8Array(size);
    let read = 0;
    for (let got = -1; read < size && got !== 0; read += got) {
      got = readSync(file, bytes, read, size - read, null);
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
}

/** The directory that a job's files may be in: its release's, else its own. */
export function territoryOf(jobDirectory: string): string {
  const parent = dirname(realpathSync(jobDirectory));
  return parent.endsWith("/jobs") ? dirname(parent) : realpathSync(jobDirectory);
}

/** A file's name as a message shows it. */
export function shown(path: string): string {
  return /[\s"]/.test(path) ? quote(path) : path;
}
