/**
 * What has to be known of the library before it is loaded, asked of the C library that the
 * executable itself runs on: node:fs would do as well, but costs a millisecond of every command.
 */
import { dlopen, FFIType } from "bun:ffi";

const atFdcwd = -100;
const oCloexec = 0o2000000;
const statxBasicStats = 0x7ff;

/** Offsets in struct statx, the same on every architecture: include/uapi/linux/stat.h. */
const statx = { bytes: 256, uid: 20, mode: 28, size: 40 } as const;

export interface FileFacts {
  readonly uid: number;
  readonly mode: number;
  readonly size: number;
}

export interface Libc {
  /** Undefined where there is nothing, or no way to it. A link counts as what it leads to. */
  facts(path: string): FileFacts | undefined;
  /** The file's first bytes, as many as there are; none of what cannot be read. */
  head(path: string, length: number): Uint8Array;
}

const { ptr, i32, u32, u64, i64 } = FFIType;

export function openLibc(): Libc {
  const { symbols } = dlopen("libc.so.6", {
    statx: { args: [i32, ptr, i32, u32, ptr], returns: i32 },
    openat: { args: [i32, ptr, i32], returns: i32 },
    read: { args: [i32, ptr, u64], returns: i64 },
    close: { args: [i32], returns: i32 },
  });
  const encoder = new TextEncoder();
  const terminated = (path: string) => encoder.encode(`${path}\0`);
  return {
    facts(path) {
      const status = new Uint8Array(statx.bytes);
      if (symbols.statx(atFdcwd, terminated(path), 0, statxBasicStats, status) !== 0) {
        return undefined;
      }
      const fields = new DataView(status.buffer);
      return {
        uid: fields.getUint32(statx.uid, true),
        mode: fields.getUint16(statx.mode, true),
        size: Number(fields.getBigUint64(statx.size, true)),
      };
    },
    head(path, length) {
      const bytes = new Uint8Array(length);
      const fd = symbols.openat(atFdcwd, terminated(path), oCloexec);
      if (fd < 0) return bytes.subarray(0, 0);
      const count = Number(symbols.read(fd, bytes, BigInt(length)));
      symbols.close(fd);
      return bytes.subarray(0, Math.max(0, count));
    },
  };
}
