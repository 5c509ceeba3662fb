/**
 * A log file, read by root but written by vcap, who may put anything in its place: a link to a file
 * that only root can read is not followed, a FIFO does not block, a device is not touched.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import { BpmError, isSystemError } from "../report/errors.ts";

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

export class LogFile {
  readonly path: string;
  /** Where the next read begins. */
  offset = 0;
  readonly #fd: number;
  readonly #identity: string;

  private constructor(path: string, fd: number, identity: string) {
    this.path = path;
    this.#fd = fd;
    this.#identity = identity;
  }

  /** Undefined where there is no such file. */
  static open(path: string): LogFile | undefined {
    const fd = openOrNone(path);
    if (fd === undefined) return undefined;
    const found = fstatSync(fd);
    if (found.isFile()) return new LogFile(path, fd, identityOf(found));
    closeSync(fd);
    throw refused(path);
  }

  get size(): number {
    return fstatSync(this.#fd).size;
  }

  /** Up to `length` bytes from `position`, fewer at the end of the file. */
  readAt(position: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(this.#fd, bytes, 0, length, position));
  }

  /** The next bytes, none at the end. */
  read(length: number): Uint8Array {
    const bytes = this.readAt(this.offset, length);
    this.offset += bytes.length;
    return bytes;
  }

  /** Whether its name belongs to another file now, as after a rotation that renames. */
  isReplaced(): boolean {
    const found = lstatSync(this.path, { throwIfNoEntry: false });
    return found !== undefined && identityOf(found) !== this.#identity;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function openOrNone(path: string): number | undefined {
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    // O_NOFOLLOW met a link, or a socket was in the way (open(2)).
    if (error.code === "ELOOP" || error.code === "ENXIO") throw refused(path);
    throw error;
  }
}

function identityOf({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  return `${dev}:${ino}`;
}

function refused(path: string): BpmError {
  return new BpmError("unsafe-log", `refusing to read ${path}: it is not a regular file`, {
    hint: "Links and special files are not followed there, since others than root can make them.",
  });
}
