/** As much of an ELF file of 64 bits, little-endian, as building needs: elf(5). */
import { closeSync, openSync, readSync } from "node:fs";

/** Values of e_machine. */
export const machines = { x86_64: 62, aarch64: 183 } as const;
export type Arch = keyof typeof machines;

export const ptLoad = 1;
export const ptNote = 4;
const etExec = 2;

const headerBytes = 64;
const programHeaderBytes = 56;

export interface Header {
  readonly machine: number;
  readonly entry: number;
  readonly segments: readonly Segment[];
}

export interface Segment {
  /** Where its program header lies in the file. */
  readonly at: number;
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

/** Reads the head of an executable that is loaded at the addresses that it names. */
export function readHeader(file: string): Header {
  const head = readStart(file, headerBytes);
  const isElf = head.getUint32(0) === 0x7f454c46 && head.getUint8(4) === 2;
  if (!isElf || head.getUint16(16, true) !== etExec) throw new Error(`${file}: no executable`);
  const start = Number(head.getBigUint64(32, true));
  const count = head.getUint16(56, true);
  const view = readStart(file, start + count * programHeaderBytes);
  const segments = Array.from({ length: count }, (_, index) =>
    segment(view, start + index * programHeaderBytes),
  );
  return {
    machine: head.getUint16(18, true),
    entry: Number(head.getBigUint64(24, true)),
    segments,
  };
}

/** Refuses a file that is for another machine. */
export function requireArch(file: string, arch: Arch): void {
  if (readHeader(file).machine === machines[arch]) return;
  throw new Error(`${file} is no executable for ${arch}`);
}

function segment(view: DataView, at: number): Segment {
  const number = (offset: number) => Number(view.getBigUint64(at + offset, true));
  return {
    at,
    type: view.getUint32(at, true),
    offset: number(8),
    address: number(16),
    fileSize: number(32),
    memorySize: number(40),
  };
}

/** The program header of a segment of code that is loaded from there. */
export function codeHeader(offset: number, address: number, size: number, align: number) {
  const PF_X_R = 5;
  const view = new DataView(new ArrayBuffer(programHeaderBytes));
  view.setUint32(0, ptLoad, true);
  view.setUint32(4, PF_X_R, true);
  [offset, address, address, size, size, align].forEach((value, index) => {
    view.setBigUint64(8 + 8 * index, BigInt(value), true);
  });
  return view;
}

/** Where the header says at which address the program begins. */
export const entryAt = 24;

function readStart(file: string, length: number): DataView {
  const bytes = new Uint8Array(length);
  const fd = openSync(file, "r");
  try {
    if (readSync(fd, bytes) < length) throw new Error(`${file}: no executable`);
  } finally {
    closeSync(fd);
  }
  return new DataView(bytes.buffer);
}
