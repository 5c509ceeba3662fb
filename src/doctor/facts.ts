/** What is to be known of a host before anything can be said about it: plain data. */
import type { Feature } from "../core/documents.ts";
import type { Hierarchy } from "../host/facts.ts";
import type { User } from "../host/user.ts";

export interface Facts {
  readonly host: HostFacts;
  readonly kernel: KernelFacts;
  readonly cgroups: CgroupFacts;
  /** vcap, or why there is no such user. */
  readonly user: User | Failure;
  readonly install: InstallFacts;
  readonly directories: readonly DirectoryFacts[];
  readonly limits: LimitFacts;
  readonly cores: CoreFacts;
  readonly tools: ToolFacts;
  readonly jobs: JobFacts;
  readonly remains: RemainFacts;
}

/** What an error said. */
export interface Failure {
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface HostFacts {
  /** As uname(2) has it. */
  readonly release: string;
  /** `x64` or `arm64` */
  readonly arch: string;
  /** The name of PID 1's program. */
  readonly init: string;
  /** Whether bpm is in another PID namespace than the one that the machine started in. */
  readonly container: boolean;
  /** Whether user ids are those of the machine. */
  readonly initialUserNamespace: boolean;
  /** Whether bpm itself is behind a filter of system calls. */
  readonly filtered: boolean;
}

export interface KernelFacts {
  /**
   * The errno's name of each feature that does not work; ECANCELED for what could not be tried.
   * Undefined where nothing could be tried.
   */
  readonly failures: Readonly<Partial<Record<Feature, string>>> | undefined;
  /** What the library has told of, whether it works or not; undefined where nothing was tried. */
  readonly reported?: readonly Feature[] | undefined;
  /** Whether x86-64 programs are translated by Rosetta. */
  readonly rosetta: boolean;
}

export interface CgroupFacts {
  /** What PID 1 is in, as the kernel counts hierarchies: the controllers, none for v2. */
  readonly known: readonly (readonly string[])[];
  /** Where leaves go, in those that are mounted and in those that `bpm start` will mount. */
  readonly hierarchies: readonly HierarchyFacts[];
  /** Mount points of those that `bpm start` will mount. */
  readonly toMount: readonly string[];
  /** Mount points that are read-only. */
  readonly readOnly: readonly string[];
  /** Whether systemd listens where bpm would ask it for scopes. */
  readonly systemd: boolean;
  readonly swap: SwapFacts;
}

export interface HierarchyFacts extends Hierarchy {
  /** Why no leaf can be made there: an errno's name. */
  readonly refused: string | null;
  /** v2: whether processes in the parent keep it from handing controllers down. */
  readonly occupied: boolean;
}

export interface SwapFacts {
  /** How much there is, in bytes. */
  readonly total: number;
  /** Whether cgroups count it; undefined where no cgroup shows. */
  readonly accounted: boolean | undefined;
}

export interface InstallFacts {
  /** Where the running executable lies, links followed. */
  readonly executable: string;
  /** Of it, its library and the directories above: those that others than root may write to. */
  readonly exposed: readonly string[];
  /** Why the library cannot be used. */
  readonly library: Failure | undefined;
  /** The canonical command of monit files, and what it leads to; undefined: to nothing. */
  readonly command: { readonly path: string; readonly target: string | undefined };
}

export interface DirectoryFacts {
  /** Relative to the BOSH root; "" is the root itself. */
  readonly name: string;
  readonly path: string;
  /** Undefined where there is nothing. */
  readonly found: FoundDirectory | undefined;
  /** A link on the way that is not root's, which bpm does not follow. */
  readonly refusedLink: string | undefined;
}

export interface FoundDirectory {
  readonly isDirectory: boolean;
  readonly uid: number;
  readonly gid: number;
  /** Permission bits, with the sticky one. */
  readonly mode: number;
  /** Directories on the way, links followed, that others than root may write to. */
  readonly exposed: readonly string[];
  /** Why nothing can be written there: an errno's name. */
  readonly refused: string | null;
}

export interface LimitFacts {
  /** The highest RLIMIT_NOFILE that a process can be given. */
  readonly openFilesMax: bigint;
  /** The sysctl fs.nr_open, and bpm's own hard limit. */
  readonly nrOpen: bigint;
  readonly hardLimit: bigint;
  /** What bpm holds, a bit for each, and the number of the kernel's last capability. */
  readonly capabilities: bigint;
  readonly lastCapability: number;
}

export interface CoreFacts {
  /** The sysctl kernel.core_pattern. */
  readonly pattern: string;
  /** The sysctl fs.suid_dumpable. */
  readonly suidDumpable: number;
  /** Of a pattern that names a program: whether bpm sees that program. */
  readonly handlerExists: boolean;
  /** Names of the processes that have core_file_size. */
  readonly wanted: readonly string[];
}

export interface ToolFacts {
  /** Where strace is. */
  readonly strace: string | undefined;
  readonly bash: boolean;
}

export interface JobFacts {
  /** How many jobs have a bpm.yml, and how many processes are in those that can be read. */
  readonly jobs: number;
  readonly processes: number;
  /** What a start would say before it begins. */
  readonly failures: readonly (Failure & { readonly name: string })[];
  /** Why nothing was planned. */
  readonly untried: string | undefined;
}

export interface ProcessName {
  readonly job: string;
  readonly process: string;
}

export interface RemainFacts {
  readonly states: readonly StateRemains[];
  readonly leaves: readonly LeafRemains[];
  readonly pidfiles: readonly PidfileRemains[];
  readonly mounts: MountFacts;
}

/** A state of a process that is gone. */
export interface StateRemains extends ProcessName {
  readonly directory: string;
  readonly kind: "ended" | "of-another-boot" | "unreadable";
  readonly reason: string;
}

/** The cgroups of one start that no state names. */
export interface LeafRemains extends ProcessName {
  /** Its directory in each hierarchy. */
  readonly directories: readonly string[];
  readonly populated: boolean;
}

/** A pidfile that names no process of bpm's. */
export interface PidfileRemains extends ProcessName {
  readonly path: string;
  readonly content: string;
}

export interface MountFacts {
  readonly total: number;
  /** Mount points below the BOSH root with more than one mount on each other. */
  readonly stacked: readonly { readonly path: string; readonly count: number }[];
}
