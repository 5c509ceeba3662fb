/**
 * Device nodes among the volumes, for whoever looks at a plan. A launch does not go by this: the
 * core decides by what it has opened.
 */
import { statSync } from "node:fs";
import type { Mount } from "../plan/launch-plan.ts";
import { isSystemError } from "../report/errors.ts";

/** A device node that is a volume. */
export interface DeviceVolume {
  readonly target: string;
  readonly kind: "character" | "block";
  readonly major: number;
  readonly minor: number;
  readonly writable: boolean;
}

/** What the mounts' sources are at the moment. */
export function findDeviceVolumes(mounts: readonly Mount[]): DeviceVolume[] {
  return mounts
    .filter((mount) => mount.device_node)
    .flatMap((mount) => {
      const status = statusOf(mount.source);
      const isBlock = status?.isBlockDevice() ?? false;
      if (status === undefined || !(isBlock || status.isCharacterDevice())) return [];
      return [
        {
          target: mount.target,
          kind: isBlock ? ("block" as const) : ("character" as const),
          // The kernel's encoding, see new_encode_dev() in include/linux/kdev_t.h.
          major: (status.rdev >>> 8) & 0xfff,
          minor: (status.rdev & 0xff) | ((status.rdev >>> 12) & 0xfff00),
          writable: !mount.read_only,
        },
      ];
    });
}

/** The mount as it will be when its source is the device node that it is now. */
export function withDevice(mount: Mount, devices: readonly DeviceVolume[]): Mount {
  const isDevice = devices.some(({ target }) => target === mount.target);
  return isDevice ? { ...mount, no_dev: false } : mount;
}

function statusOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (thrown) {
    if (isSystemError(thrown)) return undefined;
    throw thrown;
  }
}
