/**
 * Finding and loading libbpm.so: only from beside the real executable, only root's, only the one
 * that was built together with it.
 */
import { dlopen, FFIType } from "bun:ffi";
import { BpmError, messageOf } from "../report/errors.ts";
import { openTrust } from "./trust.ts";

/** A number that build.ts gives to both files; 0 where the source runs unbuilt. */
declare const BPM_ABI: number | undefined;
const abi = typeof BPM_ABI === "undefined" ? 0 : BPM_ABI;

const operation = {
  args: [FFIType.ptr, FFIType.u32, FFIType.ptr, FFIType.u32],
  returns: FFIType.i32,
} as const;

const symbols = {
  bpm_abi: { args: [], returns: FFIType.u32 },
  bpm_perform: operation,
  bpm_prepare: operation,
  bpm_lock: operation,
  bpm_hook: operation,
  bpm_await_hook: operation,
  bpm_launch: operation,
  bpm_signal: operation,
  bpm_destroy: operation,
  bpm_probe: operation,
  bpm_become: operation,
} as const;

export type Symbols = ReturnType<typeof load>;
export type Operation = Exclude<keyof Symbols, "bpm_abi">;

/**
 * The library's functions. Throws a BpmError that names both files when it is missing, when
 * somebody else than root could change it, or when it is of another build than the executable.
 */
export function openLibrary(): Symbols {
  // The kernel's answer, so that links to bpm (jobs/bpm/bin/bpm) lead to the real place.
  const executable = process.execPath;
  const directory = executable.slice(0, executable.lastIndexOf("/"));
  const file = `${directory}/libbpm.so`;
  requireTrusted(file, directory, executable);
  const found = load(file);
  const number = found.bpm_abi();
  if (number !== abi) {
    throw new BpmError(
      "abi-mismatch",
      `load ${file}: it is of another build (${number}) than ${executable} (${abi})`,
      { hint: "Install both files of one release together." },
    );
  }
  return found;
}

function load(file: string) {
  try {
    return dlopen(file, symbols).symbols;
  } catch (error) {
    throw new BpmError("library", `load ${file}: ${messageOf(error)}`, {
      hint: "Install the libbpm.so that came with this bpm.",
      cause: error,
    });
  }
}

function requireTrusted(file: string, directory: string, executable: string): void {
  const trust = openTrust();
  if (trust(file) === "missing") {
    throw new BpmError("library", `load ${file}: it has to lie beside ${executable}`, {
      hint: "Install bpm and libbpm.so in the same directory.",
    });
  }
  for (const path of [file, directory]) {
    if (trust(path) === "trusted") continue;
    throw new BpmError("library", `load ${file}: somebody else than root may write to ${path}`, {
      hint: `Run: chown root ${path} && chmod go-w ${path}`,
    });
  }
}
