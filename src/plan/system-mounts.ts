/** What every sandbox has of the system: kernel file systems, and the host's programs read-only. */
import { systemDirectories } from "../host/directories.ts";
import type { Mount } from "./launch-plan.ts";
import { bindMount, fileSystem, type PlannedMount } from "./planned-mount.ts";

const kernelFileSystems: readonly Mount[] = [
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
  const kernel = kernelFileSystems.filter(({ target }) => {
    if (target === "/proc") return true;
    if (taken.has(target)) return false;
    const isInHostDev = target.startsWith("/dev/") && taken.has("/dev");
    return !isInHostDev || directories.includes(target);
  });
  const binds = systemDirectories
    .filter((directory) => directories.includes(directory))
    .map((directory) =>
      bindMount(directory, directory, { recursive: false, readOnly: true, noExec: false }),
    );
  return [...kernel, ...binds].map((mount) => ({ mount, origin: { kind: "system" } }));
}
