/** bpm.yml → ProcessConfig: what start, run and list use. */
import { BpmError } from "../report/errors.ts";
import { type Analysis, analyse, byOffset } from "./analysis.ts";
import { parseMemory } from "./decode/memory.ts";
import type { Places } from "./decode/places.ts";
import type { Finding } from "./finding.ts";
import type { ProcessFile, Reader, VolumeFile } from "./rules.ts";
import type { JobConfig, Limits, Problem, ProcessConfig, Volume } from "./types.ts";
import type { Source } from "./yaml/source.ts";

export { parseEnvFlag, parseVolumeFlag } from "./flags.ts";

export interface ConfigContext extends Reader {
  /** The file's name, for messages. */
  readonly file: string;
  readonly job: string;
}

/** A bpm.yml that cannot be used. The message has one line for each problem. */
export class ConfigError extends BpmError {
  override readonly name: string = "ConfigError";
  readonly file: string;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];

  constructor(file: string, problems: readonly Problem[], warnings: readonly Problem[]) {
    super("invalid-config", problems.map((problem) => problemLine(file, problem)).join("\n"));
    this.file = file;
    this.problems = problems;
    this.warnings = warnings;
  }
}

/** `FILE:LINE:COLUMN: processes[0].name: invalid config: name` */
export function problemLine(file: string, { line, column, path, message }: Problem): string {
  return `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`;
}

/** Throws a ConfigError that tells everything that is wrong with the file. */
export function parseConfig(text: string | Uint8Array, context: ConfigContext): JobConfig {
  const analysis = analyse(text, context);
  const warnings = analysis.warnings.map((finding) => toProblem(finding, analysis.source));
  if (analysis.errors.length > 0 || !analysis.decoded) {
    const findings = [...analysis.errors, ...[...analysis.startErrors.values()].flat()];
    const problems = findings.sort(byOffset).map((finding) => toProblem(finding, analysis.source));
    throw new ConfigError(context.file, problems, warnings);
  }
  const { file, places } = analysis.decoded;
  const processes = (file.processes ?? []).map((process, index) =>
    toProcessConfig(process, index, places, analysis),
  );
  return { processes, warnings };
}

export function toProblem({ path, offset, message }: Finding, source: Source): Problem {
  return { path, ...source.position(offset), message };
}

function toProcessConfig(
  process: ProcessFile,
  index: number,
  places: Places,
  { source, startErrors }: Analysis,
): ProcessConfig {
  const toVolume = (volume: VolumeFile): Volume => ({
    path: volume.path,
    writable: volume.writable,
    allowExecutions: volume.allow_executions,
    mountOnly: volume.mount_only,
    shared: volume.shared,
    position: source.position(places.spot(volume).node.offset),
  });
  return {
    name: process.name,
    executable: process.executable,
    args: process.args ?? [],
    env: process.env ?? {},
    workdir: process.workdir,
    preStart: process.hooks?.pre_start ?? "",
    capabilities: process.capabilities ?? [],
    limits: toLimits(process.limits),
    ephemeralDisk: process.ephemeral_disk,
    persistentDisk: process.persistent_disk,
    additionalVolumes: (process.additional_volumes ?? []).map(toVolume),
    privileged: process.unsafe?.privileged ?? false,
    hostPidNamespace: process.unsafe?.host_pid_namespace ?? false,
    unrestrictedVolumes: (process.unsafe?.unrestricted_volumes ?? []).map(toVolume),
    shutdownSignal: process.shutdown_signal === "INT" ? "INT" : "TERM",
    startProblems: (startErrors.get(index) ?? []).map((finding) => toProblem(finding, source)),
  };
}

/** 0 tasks, fewer, or 0 bytes of memory mean no limit, as they do to the Go implementation. */
function toLimits(limits: ProcessFile["limits"]): Limits {
  const memory = parseMemory(limits?.memory ?? "");
  const openFiles = limits?.open_files ?? null;
  const processes = limits?.processes ?? null;
  const coreFileSize = limits?.core_file_size ?? null;
  return {
    ...(memory !== undefined && memory > 0n && { memoryBytes: memory }),
    ...(openFiles !== null && { openFiles }),
    ...(processes !== null && processes > 0n && { processes }),
    ...(coreFileSize !== null && { coreFileSize }),
  };
}
