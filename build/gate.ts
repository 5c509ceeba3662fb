/**
 * Puts the gate (zig/src/gate.zig) into an executable that Bun has made, as what runs first in it.
 * It is appended to the file and takes the place of the one program header that can be done
 * without, that of the notes. Bun itself stays as it is.
 */
import { closeSync, fstatSync, openSync, readFileSync, writeSync } from "node:fs";
import { codeHeader, entryAt, ptLoad, ptNote, readHeader } from "./elf.ts";

/** The largest page of the architectures that bpm is built for. */
const page = 64 * 1024;

/** Throws when either file is not as expected: a newer Bun may be linked in another way. */
export function insertGate(executable: string, gateFile: string): void {
  const engine = readHeader(executable);
  const gate = readHeader(gateFile);
  const loaded = engine.segments.filter(({ type }) => type === ptLoad);
  const [note, ...otherNotes] = engine.segments.filter(({ type }) => type === ptNote);
  const [code, ...otherCode] = gate.segments;
  if (note === undefined || otherNotes.length > 0) throw new Error(`${executable}: not one note`);
  if (code === undefined || otherCode.length > 0 || code.address !== 0) {
    throw new Error(`${gateFile}: not one segment at 0`);
  }
  if (gate.machine !== engine.machine) throw new Error(`${gateFile}: not for ${executable}`);

  const bytes = readFileSync(gateFile).subarray(code.offset, code.offset + code.fileSize);
  const end = Math.max(...loaded.map(({ address, memorySize }) => address + memorySize));
  const address = roundUp(end);
  // The gate goes on from where it lies to the engine's entry point by this distance.
  bytes.writeBigInt64LE(BigInt(engine.entry - address), 0);
  const fd = openSync(executable, "r+");
  try {
    const offset = roundUp(fstatSync(fd).size);
    writeSync(fd, bytes, 0, bytes.length, offset);
    writeAt(fd, codeHeader(offset, address, bytes.length, page), note.at);
    const entry = new DataView(new ArrayBuffer(8));
    entry.setBigUint64(0, BigInt(address + gate.entry), true);
    writeAt(fd, entry, entryAt);
  } finally {
    closeSync(fd);
  }
}

function roundUp(value: number): number {
  return Math.ceil(value / page) * page;
}

function writeAt(fd: number, view: DataView, position: number): void {
  writeSync(fd, new Uint8Array(view.buffer), 0, view.byteLength, position);
}
