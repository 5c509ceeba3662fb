/** What every sandbox has of the system: kernel file systems, and the host's programs read-only. */
import { bindMount, fileSystem, type PlannedMount } from "./planned-mount.ts";
import type { Mount } from "./launch-plan.ts";

/** Those that exist on the host are bound; a link among them is shown as what it leads to. */
export const SYSTEM_DIRECTORIES = ["/bin", "/etc", "/lib", "/lib64", "/sbin", "/usr"] as const;

/** Mount points in /dev. In a host's /dev as a volume, none is made that it has not got. */
export const DEVICE_DIRECTORIES = ["/dev/mqueue", "/dev/pts", "/dev/shm"] as const;

const KERNEL_FILE_SYSTEMS: readonly Mount[] = [
  fileSystem("proc", "proc", "/proc"),
  fileSystem("tmpfs", "tmpfs", "/dev", {
    noSuid: true,
    noExec: true,
    options: [{ key: "mode", value: "755" }],
  }),
  fileSystem("devpts", "devpts", "/dev/pts", {
    noSuid: true,
    noExec: true,
    options: [
      { key: "newinstance", value: "" },
      { key: "ptmxmode", value: "0666" },
      { key: "mode", value: "0620" },
      { key: "gid", value: "5" }, // tty
    ],
  }),
  fileSystem("tmpfs", "shm", "/dev/shm", {
    noSuid: true,
    noExec: true,
    noDev: true,
    options: [{ key: "mode", value: "1777" }],
  }),
  fileSystem("mqueue", "mqueue", "/dev/mqueue", { noSuid: true, noExec: true, noDev: true }),
  fileSystem("sysfs", "sysfs", "/sys", {
    readOnly: true,
    noSuid: true,
    noExec: true,
    noDev: true,
  }),
];

/**
 * `directories`: those of both lists that exist. `taken`: targets of volumes. A volume may take the
 * place of a kernel file system, /proc excepted, which has to fit the PID namespace.
 */
export function systemMounts(
  directories: readonly string[],
  taken: ReadonlySet<string>,
): PlannedMount[] {
  const kernel = KERNEL_FILE_SYSTEMS.filter(({ target }) => {
    if (target === "/proc") return true;
    if (taken.has(target)) return false;
    const isInHostDev = target.startsWith("/dev/") && taken.has("/dev");
    return !isInHostDev || directories.includes(target);
  });
  const binds = SYSTEM_DIRECTORIES
    .filter((directory) => directories.includes(directory))
    .map((directory) =>
      bindMount(directory, directory, { recursive: false, readOnly: true, noExec: false })
    );
  return [...kernel, ...binds].map((mount) => ({ mount, origin: { kind: "system" } }));
}
