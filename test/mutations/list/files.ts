/** The sandbox's file system, and paths on the host that a job may bend. */

import { inFile } from "../mutation.ts";

const hostile = "test/security/hostile-files.test.ts";
const mounts = "test/integration/sandbox/mounts.test.ts";
const insideFiles = "test/integration/sandbox/files.test.ts";
const volumes = "test/integration/sandbox/volumes.test.ts";

export const files = [
  ...inFile("zig/src/sandbox/rootfs.zig", [
    [
      "nothing that is mounted inside comes to the host",
      'linux.setPropagation("/", linux.MS_REC | linux.MS_PRIVATE)',
      "@as(usize, 0)",
      [
        "test/failures/launch.test.ts#in the sandbox make its mounts private",
        `${mounts}#send nothing back`,
      ],
    ],
    [
      "the host's root is detached",
      'linux.umount2(".", linux.MNT_DETACH)',
      "@as(usize, 0)",
      [`${mounts}#lead to nothing|exactly these`],
    ],
    [
      "masked paths are covered",
      "    try mask(report, launch.masked_paths, binds);\n",
      "",
      [`${insideFiles}#hide`],
    ],
    [
      "parts of /proc are read-only (CVE-2025-52881)",
      "    for (launch.readonly_paths) |path| try makeReadOnly(report, path.z, binds);\n",
      "",
      [mounts],
    ],
    [
      "the sandbox's root is read-only",
      "    if (launch.root_read_only) {",
      "    if (launch.root_read_only and launch.uid == 4711) {",
      [mounts, insideFiles],
    ],
    [
      "the sandbox's root has neither set-user-id programs nor devices",
      ".no_suid = restricted,",
      ".no_suid = false,",
      [mounts],
    ],
    [
      "mounts of the sandbox below a shared volume stay its own",
      "    try sharing.withdraw(report, path, target, binds);\n",
      "",
      ["test/integration/sandbox/restarts.test.ts"],
    ],
  ]),
  ...inFile("zig/src/sandbox/mounts.zig", [
    [
      "read-only, noexec, nosuid and nodev reach mounts below",
      "linux.mount_setattr(tree, linux.AT_RECURSIVE, &whole)",
      "linux.mount_setattr(tree, 0, &whole)",
      [`${volumes}#read-only is so below`],
    ],
    [
      "a mount inside sends nothing back to the host",
      ".slave => linux.MS_SLAVE,",
      ".slave => 0,",
      [`${mounts}#send nothing back`, `${volumes}#sends none`],
    ],
  ]),
  ...inFile("zig/src/host/chase.zig", [
    [
      "only root's links are followed (CVE-2021-30465)",
      "if (stat.uid != 0) return",
      "if (stat.uid == 4711) return",
      [hostile],
    ],
    [
      "no link is followed unseen",
      ".resolve = linux.RESOLVE_NO_SYMLINKS,",
      ".resolve = 0,",
      [hostile],
    ],
  ]),
  ...inFile("zig/src/host/prepare.zig", [
    [
      "a log that is a FIFO does not hang bpm",
      "        .NONBLOCK = true, // a FIFO without a reader must not hang bpm\n",
      "",
      [`${hostile}#fifo`],
    ],
    [
      "a log is a regular file",
      "if (!linux.S.ISREG(stat.mode)) return",
      "if (stat.uid == 4711) return",
      [hostile],
    ],
  ]),
  ...inFile("src/host/gather.ts", []),
];
