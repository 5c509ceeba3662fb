/**
 * Who may change a file, asked of the C library that the executable itself runs on: node:fs would
 * do as well, but costs a millisecond of every command's time.
 */
import { dlopen, FFIType } from "bun:ffi";

const AT_FDCWD = -100;
const STATX_BASIC_STATS = 0x7ff;

/** Offsets in struct statx, the same on every architecture: include/uapi/linux/stat.h. */
const STATX = { bytes: 256, uid: 20, mode: 28 } as const;

/** Group or others may write. */
const WRITABLE_BY_OTHERS = 0o022;

/** "missing" too where there is no way to the file. */
export type Trust = "trusted" | "untrusted" | "missing";

/** Tells of files whether only root may change them; a link counts as what it leads to. */
export function openTrust(): (path: string) => Trust {
  const { symbols } = dlopen("libc.so.6", {
    statx: {
      args: [FFIType.i32, FFIType.ptr, FFIType.i32, FFIType.u32, FFIType.ptr],
      returns: FFIType.i32,
    },
  });
  const encoder = new TextEncoder();
  const status = new Uint8Array(STATX.bytes);
  const fields = new DataView(status.buffer);
  return (path) => {
    const text = encoder.encode(`${path}\0`);
    const failed = symbols.statx(AT_FDCWD, text, 0, STATX_BASIC_STATS, status);
    if (failed !== 0) return "missing";
    const isRoots = fields.getUint32(STATX.uid, true) === 0;
    const isClosed = (fields.getUint16(STATX.mode, true) & WRITABLE_BY_OTHERS) === 0;
    return isRoots && isClosed ? "trusted" : "untrusted";
  };
}
