/** What libbpm.so has to be before it is loaded: root's alone, whole, and made for this machine. */
import { BpmError } from "../report/errors.ts";
import { type Libc, openLibc } from "./libc.ts";

/** Throws a BpmError that says what is wrong with the file beside the executable. */
export function requireLoadable(file: string, directory: string, executable: string): void {
  const libc = openLibc();
  const size = libc.facts(file)?.size;
  if (size === undefined) {
    throw new BpmError("library", `load ${file}: it has to lie beside ${executable}`, {
      hint: "Install bpm and libbpm.so in the same directory.",
    });
  }
  for (const path of [file, directory]) requireTrusted(libc, file, path);
  const problem = problemOf({ bytes: libc.head(file, headerBytes), size });
  if (problem === undefined) return;
  throw new BpmError("library", `load ${file}: ${problem}`, {
    hint: "Install the libbpm.so that came with this bpm.",
  });
}

function requireTrusted(libc: Libc, file: string, path: string): void {
  const facts = libc.facts(path);
  if (facts?.uid === 0 && (facts.mode & 0o022) === 0) return;
  throw new BpmError("library", `load ${file}: somebody else than root may write to ${path}`, {
    hint: `Run: chown root ${path} && chmod go-w ${path}`,
  });
}

interface Head {
  /** The first bytes, as many as there are. */
  readonly bytes: Uint8Array;
  /** Of the whole file. */
  readonly size: number;
}

const headerBytes = 64;

/** e_machine of elf(5), by what Bun calls the architecture. */
const machines: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/** The loader maps what the header promises, and touching what is not there would be a SIGBUS. */
function problemOf({ bytes, size }: Head): string | undefined {
  if (size === 0) return "it is empty";
  const isElf = [0x7f, 0x45, 0x4c, 0x46].every((byte, index) => bytes[index] === byte);
  if (!isElf) return "it is no library";
  if (bytes.length < headerBytes) return `it is cut off after ${size} bytes`;
  const view = new DataView(bytes.buffer);
  const machine = view.getUint16(18, true);
  if (machine !== machines[process.arch]) {
    const known = Object.keys(machines).find((arch) => machines[arch] === machine);
    return `it is for ${known ?? "another architecture"}, and this bpm for ${process.arch}`;
  }
  // The table of sections comes last.
  const whole =
    Number(view.getBigUint64(40, true)) + view.getUint16(58, true) * view.getUint16(60, true);
  return size < whole ? `it is cut off, with ${size} of ${whole} bytes` : undefined;
}
