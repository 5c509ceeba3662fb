/**
 * Finding and loading libbpm.so: only from beside the real executable, only the one that was built
 * together with it.
 */
import { dlopen, FFIType } from "bun:ffi";
import { BpmError, messageOf } from "../report/errors.ts";
import { requireLoadable } from "./library-file.ts";

/** A number that build.ts gives to both files; 0 where the source runs unbuilt. */
// biome-ignore lint/style/useNamingConvention: as other names that a build defines.
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
  const found = load(file, directory, executable);
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

function load(file: string, directory: string, executable: string) {
  try {
    requireLoadable(file, directory, executable);
    return dlopen(file, symbols).symbols;
  } catch (error) {
    throw error instanceof BpmError ? error : loadFailure(file, error);
  }
}

/** Calling any library takes executable memory, the C library that is asked about this one too. */
function loadFailure(file: string, error: unknown): BpmError {
  const refused = /requires the JIT/.test(messageOf(error));
  const message = refused ? "no executable memory is to be had" : messageOf(error);
  return new BpmError("library", `load ${file}: ${message}`, {
    hint: refused ? whyRefused() : "Install the libbpm.so that came with this bpm.",
    cause: error,
  });
}

function whyRefused(): string {
  const { whyNotExecutable } =
    require("./executable-memory.ts") as typeof import("./executable-memory.ts");
  return whyNotExecutable();
}
