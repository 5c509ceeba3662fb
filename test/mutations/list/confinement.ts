/** From a process of root's to one of the job's: identity, capabilities, filter, namespaces. */

import { inFile } from "../mutation.ts";

const capabilities = "test/integration/sandbox/capabilities.test.ts";
const calls = "test/integration/sandbox/system-calls.test.ts";
const identity = "test/integration/sandbox/identity.test.ts";
const limits = "test/integration/sandbox/limits.test.ts";
const moments = "test/security/moments.test.ts";
const surroundings = "test/security/surroundings.test.ts#reaches neither";
const unprivileged = `${identity}#is vcap and nobody else`;
const ownNamespaces = `${identity}#has namespaces of its own`;

export const confinement = [
  ...inFile("zig/src/sandbox/caller.zig", [
    [
      "no signal is ignored that the engine ignores",
      "    signals.resetAll();\n",
      "",
      [surroundings],
    ],
    [
      "the caller's choice of processors does not pin a job",
      "    _ = linux.useAllProcessors();\n",
      "",
      ["test/security/caller.test.ts"],
    ],
  ]),
  ...inFile("zig/src/sandbox/confine.zig", [
    [
      "the working directory lies in the sandbox (CVE-2024-21626)",
      "    try verifyWorkdir(report);\n",
      "",
      [`${moments}#working directory`],
    ],
    [
      "root's session keys stay outside",
      "    try newSessionKeyring(report);\n",
      "",
      [`${capabilities}#session keyring`],
    ],
    [
      "the job leads a session, without the caller's terminal",
      "linux.setsid()",
      "@as(usize, 0)",
      [identity],
    ],
    ["the job's umask is 022", "linux.umask(0o022)", "linux.umask(0)", [surroundings]],
    [
      "no exec gives new privileges",
      "if (to.no_new_privileges) {",
      "if (to.no_new_privileges and to.uid == 1) {",
      [unprivileged],
    ],
    [
      "the filter of system calls is installed",
      "if (to.seccomp)",
      "if (to.seccomp and to.uid == 1)",
      [unprivileged],
    ],
    [
      "a command inside ends with the bpm that it came through",
      "    _ = linux.prctl(linux.PR_SET_PDEATHSIG, linux.SIGKILL, 0);\n",
      "",
      ["test/integration/enter/exec.test.ts#killed, takes the command along"],
    ],
    [
      "limits are set",
      "    try rlimits.apply(report, to.rlimits);\n",
      "",
      [`${limits}#open_files`],
    ],
  ]),
  ...inFile("zig/src/sandbox/identity.zig", [
    [
      "root's supplementary groups are dropped",
      "linux.setgroups(0, undefined)",
      "@as(usize, 0)",
      [unprivileged],
    ],
    [
      "no group id of root's is kept",
      "linux.setresgid(gid, gid, gid)",
      "linux.setresgid(gid, gid, 0)",
      [unprivileged],
    ],
    [
      "no user id of root's is kept",
      "linux.setresuid(uid, uid, uid)",
      "linux.setresuid(uid, uid, 0)",
      [unprivileged],
    ],
  ]),
  ...inFile("zig/src/sandbox/capabilities.zig", [
    [
      "the bounding set has only what is listed",
      "linux.prctl(linux.PR_CAPBSET_DROP, capability, 0)",
      "@as(usize, 0)",
      [unprivileged],
    ],
    [
      "the inheritable set has only what is listed (CVE-2022-24769)",
      ".inheritable = half }",
      ".inheritable = 0xffff }",
      [unprivileged],
    ],
    [
      "capabilities are not kept over the next change of the user",
      "return linux.prctl(linux.PR_SET_KEEPCAPS, 0, 0);",
      "return 0;",
      ["zig"],
    ],
  ]),
  ...inFile("zig/src/sandbox/launch.zig", [
    [
      "the job has IPC objects of its own",
      "linux.CLONE_NEWUTS | linux.CLONE_NEWIPC |",
      "linux.CLONE_NEWUTS |",
      [ownNamespaces],
    ],
    [
      "the job has a host name of its own to change",
      "linux.CLONE_NEWNS | linux.CLONE_NEWUTS |",
      "linux.CLONE_NEWNS |",
      [ownNamespaces],
    ],
    [
      "the job does not see the host's processes",
      "if (!prepared.plan.host_pid_namespace) args.flags |= linux.CLONE_NEWPID;",
      "",
      [ownNamespaces],
    ],
    [
      "no descriptor of bpm's is open once the job's user is there",
      "linux.close_range(handoff.fd.first_unused, std.math.maxInt(u32), 0)",
      "@as(usize, 0)",
      ["test/security/embedded.test.ts#open in the sandbox"],
    ],
    [
      "what a killed bpm has cloned ends with it",
      "    _ = linux.prctl(linux.PR_SET_PDEATHSIG, linux.SIGKILL, 0);\n",
      "",
      [`${moments}#process is started takes`],
    ],
    [
      "no signal is blocked that bpm blocks",
      "    signals.unblockAll();\n    const argv",
      "    const argv",
      ["test/programs/init/life.test.ts", `${identity}#ignores, blocks`, surroundings],
    ],
  ]),
  ...inFile("zig/src/sandbox/rlimits.zig", [
    [
      "a limit is hard, too",
      ".hard = limit.hard.value",
      ".hard = @max(limit.hard.value, 600000)",
      [`${limits}#open_files`],
    ],
  ]),
  ...inFile("zig/src/sandbox/seccomp/policy.txt", [
    [
      "no AF_ALG socket (CVE-2026-31431)",
      "\nsocket not AF_ALG=38 AF_VSOCK=40\n",
      "\nsocket not AF_VSOCK=40\n",
      [`${calls}#AF_ALG`],
    ],
    [
      "no AF_VSOCK socket",
      "\nsocket not AF_ALG=38 AF_VSOCK=40\n",
      "\nsocket not AF_ALG=38\n",
      [`${calls}#AF_ALG`],
    ],
    [
      "no AF_ALG socket pair",
      "\nsocketpair not AF_ALG=38 AF_VSOCK=40\n",
      "\nsocketpair\n",
      [`${calls}#AF_ALG`, "zig"],
    ],
    [
      "no socket by i386 socketcall, whose family it hides",
      "\nsocketcall not SYS_SOCKET=1 SYS_SOCKETPAIR=8\n",
      "\nsocketcall\n",
      [`${calls}#socketcall`],
    ],
    [
      "no new namespace by clone",
      "\nclone without NEW_NAMESPACES=0x7e020000\n",
      "\nclone\n",
      ["zig", calls],
    ],
    ["no new namespace by clone3", "\nclone3 enosys\n", "\nclone3\n", [`${calls}#clone3`]],
    [
      "no personality without address space randomization",
      "\npersonality only PER_LINUX=0 PER_LINUX32=8 QUERY=0xffffffff\n",
      "\npersonality\n",
      [`${calls}#personalities`],
    ],
    ["no keyring of anybody's", "\nkill\n", "\nkeyctl\nkill\n", [`${calls}#refuses`]],
  ]),
];
