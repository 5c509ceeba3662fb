/** The programs between bpm and a job: the init, the supervisor, and the way inside. */

import { inFile } from "../mutation.ts";

const embeddedFiles = "test/security/embedded.test.ts";
const exec = "test/integration/enter/exec.test.ts";
const life = "test/programs/init/life.test.ts";
const moments = "test/security/moments.test.ts";

export const embedded = [
  ...inFile("zig/src/kernel/descriptors.zig", [
    [
      "nobody can write to a program that runs (CVE-2019-5736)",
      " | linux.F_SEAL_WRITE",
      "",
      [`${embeddedFiles}#sealed`],
    ],
    [
      "nobody inside can read a program, so that its process is not dumpable at once",
      "0o111",
      "0o555",
      [`${embeddedFiles}#sealed|first instruction`],
    ],
  ]),
  ...inFile("zig/src/init.zig", [
    [
      "the init cannot be traced or read",
      "linux.prctl(linux.PR_SET_DUMPABLE, 0, 0)",
      "@as(usize, 0)",
      [`${embeddedFiles}#by itself`],
    ],
    [
      "the job inherits none of the init's descriptors",
      "linux.fcntl(fd, linux.F_SETFD, linux.FD_CLOEXEC)",
      "@as(usize, 0)",
      ["test/integration/sandbox/identity.test.ts#three descriptors"],
    ],
    [
      "the job's environment does not stay in the init",
      "    message.release();\n",
      "",
      [`${embeddedFiles}#stays mapped`],
    ],
    [
      "the job leads a process group",
      "linux.setpgid(0, 0)",
      "@as(usize, 0)",
      [`${life}#leads its own group`],
    ],
    [
      "no signal is blocked in the job",
      "    signals.unblockAll();\n",
      "",
      [`${life}#inherits no descriptor`],
    ],
    [
      "a pidfile never names a stranger",
      "if (header.has_pidfile != 0) _ = linux.ftruncate(handoff.fd.pidfile, 0);",
      "",
      [`${life}#pidfile is emptied`],
    ],
    [
      "nothing of the job outlives it where the host's processes are visible",
      "if (header.subreaper != 0) descendants.end();",
      "",
      [`${life}#subreaper ends`],
    ],
  ]),
  ...inFile("zig/src/init/parent.zig", [
    [
      "an errand ends with a bpm that ended before the init could notice",
      "if (readerIsGone())",
      "if (parent.pid == 4711)",
      [`${life}#before the init could notice`],
    ],
    [
      "an errand ends with its supervisor",
      "const rc = linux.prctl(linux.PR_SET_PDEATHSIG, @intCast(signal), 0);",
      "const rc = linux.prctl(linux.PR_SET_PDEATHSIG, 0, 0);",
      [`${life}#takes a`],
    ],
  ]),
  ...inFile("zig/src/enter.zig", [
    [
      "bpm cannot be traced or read from inside as a command enters",
      "linux.prctl(linux.PR_SET_DUMPABLE, 0, 0)",
      "@as(usize, 0)",
      [`${embeddedFiles}#by itself`],
    ],
  ]),
  ...inFile("zig/src/enter/child.zig", [
    [
      "no command goes on without the bpm that it came through",
      "if (readerIsGone())",
      "if (door.unified == 4711)",
      [`${moments}#command enters`],
    ],
    [
      "a command inherits no descriptor, and shows none to who is inside (CVE-2016-9962)",
      "linux.close_range(status_fd + 1, std.math.maxInt(u32), 0)",
      "@as(usize, 0)",
      ["test/security/enter.test.ts#shows nothing"],
    ],
    [
      "a command is limited with the job",
      "    try door.joinCgroups(report);\n",
      "",
      [`${exec}#among the tasks`],
    ],
  ]),
  ...inFile("zig/src/enter/pty.zig", [
    [
      "a terminal is no link of a job's (CVE-2025-52565)",
      ".resolve = linux.RESOLVE_NO_SYMLINKS,",
      ".resolve = 0,",
      ["test/security/enter.test.ts#ptmx"],
    ],
    [
      "a terminal is the sandbox's own",
      "if (linux.fileSystemType(master) != linux.DEVPTS_SUPER_MAGIC) return",
      "if (owner == 4711) return",
      ["test/security/enter.test.ts#ptmx"],
    ],
  ]),
  ...inFile("zig/src/exec/become.zig", [
    [
      "a stream that the caller has closed stays closed",
      "    try keepStreams(report);\n",
      "",
      [`${exec}#closed stream`, "test/integration/lifecycle/run.test.ts"],
    ],
  ]),
  ...inFile("zig/src/kernel/process.zig", [
    [
      "another process of the same number is not signalled",
      "return std.mem.eql(u8, found, start_time);",
      "return found.len > 0 and start_time.len > 0;",
      ["zig"],
    ],
  ]),
  ...inFile("zig/src/cgroup/device_filter.zig", [
    [
      "a device may be used only as its rule says",
      "code.appendAssumeCapacity(Insn.jne(.r1, 0, 0));",
      "code.appendAssumeCapacity(Insn.mov(.r1, 0));",
      ["zig"],
    ],
    [
      "what no rule names is refused",
      "buffer[len] = Insn.mov(.r0, 0);",
      "buffer[len] = Insn.mov(.r0, 1);",
      ["zig"],
    ],
  ]),
];
