/** What a bpm.yml says, after decoding and checking. Paths are internal ones, as in the file. */

/** A place in bpm.yml; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing wrong with a bpm.yml. `path` names the field, as in `processes[1].limits.memory`. */
export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Volume {
  readonly path: string;
  readonly writable: boolean;
  readonly allowExecutions: boolean;
  readonly mountOnly: boolean;
  readonly shared: boolean;
  /** Absent for a volume that came from the command line. */
  readonly position?: Position;
}

/** An absent limit is no limit. */
export interface Limits {
  readonly memoryBytes?: bigint;
  readonly openFiles?: bigint;
  readonly processes?: bigint;
  readonly coreFileSize?: bigint;
}

export interface ProcessConfig {
  readonly name: string;
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** "" means the default, the job's directory. */
  readonly workdir: string;
  /** "" means no hook. */
  readonly preStart: string;
  readonly capabilities: readonly string[];
  readonly limits: Limits;
  readonly ephemeralDisk: boolean;
  readonly persistentDisk: boolean;
  readonly additionalVolumes: readonly Volume[];
  readonly privileged: boolean;
  readonly hostPidNamespace: boolean;
  readonly unrestrictedVolumes: readonly Volume[];
  readonly shutdownSignal: "TERM" | "INT";
  /** What makes this process unstartable though the file parses: start refuses, list does not. */
  readonly startProblems: readonly Problem[];
}

export interface JobConfig {
  readonly processes: readonly ProcessConfig[];
  readonly warnings: readonly Problem[];
}
