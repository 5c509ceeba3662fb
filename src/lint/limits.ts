/** Limits that do not limit what, or as much as, it seems. */

import { parseMemory } from "../config/decode/memory.ts";
import type { Finding } from "../config/finding.ts";
import type { LintContext } from "./lint.ts";

export function lintLimits({ process, places }: LintContext): Finding[] {
  const { limits } = process;
  if (!limits) return [];
  const { memory, open_files: openFiles, processes } = limits;
  const tell = (key: keyof typeof limits, message: string): Finding[] => [
    places.finding(limits, key, message),
  ];
  return [
    ...(memory !== null && parseMemory(memory) === 0n ? tell("memory", "0 means no limit") : []),
    ...(openFiles === 0n ? tell("open_files", "a process that may open no file cannot start") : []),
    ...(processes !== null && processes <= 0n
      ? tell("processes", `${processes} means no limit`)
      : []),
    ...(processes === 1n
      ? tell("processes", "the init of the sandbox counts too, so the process itself cannot start")
      : []),
    ...(["open_files", "processes", "core_file_size"] as const).flatMap((key) => {
      const { node } = places.spot(limits, key);
      if (node.kind !== "scalar" || limits[key] === null) return [];
      if (Number(node.text) === Number(limits[key]) || !node.text.includes(".")) return [];
      return tell(key, `the fraction is cut off, which leaves ${limits[key]}`);
    }),
  ];
}
