/** A mount together with why it is there. */
import type { Volume } from "../config/types.ts";
import type { Mount, MountOption } from "./launch-plan.ts";

export type MountOrigin =
  | { readonly kind: "system" | "resolver" | "bosh" | "ephemeral_disk" | "persistent_disk" }
  /** The volume is bpm.yml's, or the command line's when it has no position. */
  | { readonly kind: "additional_volumes" | "unrestricted_volumes"; readonly volume: Volume };

export interface PlannedMount {
  readonly mount: Mount;
  readonly origin: MountOrigin;
}

interface BindFlags {
  readonly recursive: boolean;
  readonly readOnly: boolean;
  readonly noExec: boolean;
  /** Whether the source, if it is a device node, is meant to be used. */
  readonly deviceNode?: boolean;
  /** Whether device nodes below the source are. */
  readonly devices?: boolean;
  readonly shared?: boolean;
}

/**
 * A bind mount without set-user-id, and without devices unless they are asked for. Mounts of the
 * host reach it, and its own go back only when it is shared.
 */
export function bindMount(source: string, target: string, flags: BindFlags): Mount {
  return {
    type: "bind",
    source,
    target,
    recursive: flags.recursive,
    read_only: flags.readOnly,
    no_exec: flags.noExec,
    no_suid: true,
    no_dev: flags.devices !== true,
    propagation: flags.shared === true ? "shared" : "slave",
    device_node: flags.deviceNode === true,
    options: [],
  };
}

interface FileSystemFlags {
  readonly readOnly?: boolean;
  readonly noExec?: boolean;
  readonly noSuid?: boolean;
  readonly noDev?: boolean;
  readonly options?: readonly MountOption[];
}

/** A new instance of a file system. */
export function fileSystem(
  type: Exclude<Mount["type"], "bind">,
  source: string,
  target: string,
  flags: FileSystemFlags = {},
): Mount {
  return {
    type,
    source,
    target,
    recursive: false,
    read_only: flags.readOnly ?? false,
    no_exec: flags.noExec ?? false,
    no_suid: flags.noSuid ?? false,
    no_dev: flags.noDev ?? false,
    propagation: "private",
    device_node: false,
    options: flags.options ?? [],
  };
}
