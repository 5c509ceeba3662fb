/**
 * What works but is probably not meant. Only `bpm validate` looks for it: a start must not pay for
 * that, and nobody reads what a start says.
 */
import type { Decoded } from "../config/decode/decode.ts";
import type { Places } from "../config/decode/places.ts";
import type { Finding } from "../config/finding.ts";
import type { ProcessFile, Reader } from "../config/rules.ts";
import type { Source } from "../config/yaml/source.ts";
import { lintLimits } from "./limits.ts";
import { lintPaths } from "./paths.ts";
import { lintTexts } from "./texts.ts";
import { lintVolumes } from "./volumes.ts";

export interface LintContext {
  readonly process: ProcessFile;
  readonly places: Places;
  readonly source: Source;
  /** Its job is undefined when it is not known which job the file is for. */
  readonly reader: Reader;
}

export function lint({ file, places }: Decoded, source: Source, reader: Reader): Finding[] {
  const processes = file.processes ?? [];
  const findings = processes.flatMap((process) => {
    const context: LintContext = { process, places, source, reader };
    return [lintTexts, lintPaths, lintVolumes, lintLimits].flatMap((check) => check(context));
  });
  return [...findings, ...duplicates(processes, places)];
}

function duplicates(processes: readonly ProcessFile[], places: Places): Finding[] {
  return processes.flatMap((process, index) => {
    if (!processes.slice(0, index).some(({ name }) => name === process.name)) return [];
    const message = "another process above has this name, and only that one can be started";
    return [places.finding(process, "name", message)];
  });
}
