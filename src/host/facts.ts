/** What planning knows of the host: plain data, so that any plan can be made anywhere. */

import type { MountEntry } from "./mountinfo.ts";
import type { ResolverStep } from "./resolver.ts";
import type { User } from "./user.ts";

export interface HostFacts {
  /** vcap. */
  readonly user: User;
  /** Which of SYSTEM_, RESOLVER_ and DEVICE_DIRECTORIES there are. */
  readonly directories: readonly string[];
  readonly resolver: readonly ResolverStep[];
  readonly mounts: readonly MountEntry[];
  readonly cgroups: readonly Hierarchy[];
  /** What bpm itself holds and so can pass on: a bit for each capability. */
  readonly capabilities: bigint;
  /** The highest RLIMIT_NOFILE that bpm may set. */
  readonly openFilesMax: bigint;
  /** Whether bpm may load programs into the kernel: not so in a user namespace. */
  readonly bpf: boolean;
  /** Whether x86-64 programs are translated by Rosetta. */
  readonly rosetta: boolean;
  /** Whether the directory of persistent disks exists. */
  readonly store: boolean;
  /** Jobs of this machine, as far as volumes might be theirs. */
  readonly jobs: readonly string[];
  /**
   * Where the host's root is a volume and the host has no place for the sandbox's BOSH root: the
   * directory that has to be made anew to hold it, with what the host has in it.
   */
  readonly room: Room | null;
  /** For each unrestricted volume of the process, what it matches, as the sandbox sees it. */
  readonly unrestricted: readonly (readonly string[])[];
}

/** A cgroup hierarchy that bpm can make leaves in. */
export interface Hierarchy {
  readonly version: 1 | 2;
  /** The directory that gets the leaves. */
  readonly parent: string;
  /** Names of controllers; a named v1 hierarchy has just its `name=…`. */
  readonly controllers: readonly string[];
  /** v2: which of them the leaves have without further ado. */
  readonly enabled: readonly string[];
  /** Whether leaves go into scopes that systemd makes below the parent. */
  readonly scopes: boolean;
  /** v2: where the parent's own processes would have to go before leaves get controllers. */
  readonly refuge: string | null;
}

export interface Room {
  readonly directory: string;
  readonly entries: readonly RoomEntry[];
}

/** By its path; a symbolic link with what it says. */
export interface RoomEntry {
  readonly path: string;
  readonly link?: string;
}
