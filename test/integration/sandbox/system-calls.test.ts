import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BoshRoot } from "../../support/bosh-root.ts";
import { mustRun } from "../../support/command.ts";
import { attempt } from "../../support/inside.ts";
import { isSandboxed, probeProgram32 } from "../../support/product.ts";

/** The names that a job may call, whatever the architecture (a promise to existing releases). */
const allowed = new Set(
  readFileSync(join(import.meta.dirname, "allowed-system-calls.txt"), "utf8")
    .trim()
    .split(/\s+/),
);

/** The last number of Linux 5.6, pidfd_getfd's. Newer calls are not there, says ENOSYS. */
const lastKnown = 438;

const probe32 = "/var/vcap/packages/probe/bin/probe32";

type Verdicts = Readonly<Record<string, string>>;

/** What the job's filter says about calls; `executable` may be the i386 probe. */
async function verdicts(
  root: BoshRoot,
  calls: readonly string[],
  executable?: string,
): Promise<Verdicts> {
  root.job("judged", { args: ["verdicts", ...calls], ...(executable ? { executable } : {}) });
  return JSON.parse((await root.mustBpm(["run", "judged"])).stdout) as Verdicts;
}

describe.skipIf(!isSandboxed)("The seccomp filter", () => {
  let root: BoshRoot;
  let native: Verdicts = {};
  let i386: Verdicts = {};

  beforeAll(async () => {
    root = new BoshRoot();
    copyFileSync(probeProgram32, root.at("packages/probe/bin/probe32"));
    // 335 and 336, uretprobe and uprobe, are answered before any filter, with SIGILL.
    native = await verdicts(root, ["0-334", "337-480"]);
    i386 = await verdicts(root, ["0-480"], probe32);
  });
  afterAll(async () => root[Symbol.asyncDispose]());

  /** Names with a verdict other than the one that the list gives them. */
  function surprises(found: Verdicts): string[] {
    return Object.entries(found)
      .filter(([name]) => !["clone", "clone3", "personality"].includes(name))
      .filter(([name, verdict]) => (verdict === "allow") !== allowed.has(linuxName(name)))
      .map(([name, verdict]) => `${name}: ${verdict}`);
  }

  /** Zig's name for a call, which the probe uses, is now and then not the kernel's. */
  function linuxName(name: string): string {
    return ["llseek", "newselect"].includes(name) ? `_${name}` : name;
  }

  test("allows the names of the list and no others", () => {
    expect(surprises(native)).toEqual([]);
  });

  test("allows the names of the list for i386 by their own numbers", () => {
    expect(surprises(i386)).toEqual([]);
  });

  const dangerous = `
    mount umount2 pivot_root unshare setns ptrace process_vm_readv process_vm_writev keyctl
    add_key request_key bpf perf_event_open kexec_load kexec_file_load init_module
    finit_module delete_module reboot swapon swapoff settimeofday clock_settime sethostname
    setdomainname acct quotactl userfaultfd open_by_handle_at name_to_handle_at iopl
    ioperm lookup_dcookie kcmp move_pages mbind set_mempolicy vhangup nfsservctl uselib
    ustat pidfd_getfd
  `
    .trim()
    .split(/\s+/);
  test.each(dangerous)("refuses %s with EPERM", (name) => {
    expect(native[name]).toBe("PERM");
    expect(i386[name] ?? "PERM").toBe("PERM");
  });

  test("says ENOSYS to what is newer than its list, so that libraries fall back", () => {
    const newer = [
      "close_range", // Linux 5.9, with a lower number than that of openat2
      "faccessat2",
      "epoll_pwait2",
      "mount_setattr",
      "landlock_create_ruleset",
      "futex_waitv",
      "cachestat",
      "#480",
    ];
    expect(newer.map((name) => [name, native[name]])).toEqual(newer.map((name) => [name, "NOSYS"]));
    const others = Object.entries(native).filter(([name]) => Number(name.slice(1)) > lastKnown);
    expect(others.filter(([, verdict]) => verdict !== "NOSYS")).toEqual([]);
  });

  test("says ENOSYS to clone3", () => {
    expect([native["clone3"], i386["clone3"]]).toEqual(["NOSYS", "NOSYS"]);
  });

  const [files, thread] = [0x400, 0x3d0f00];
  const namespaces = {
    CLONE_NEWNS: 0x20000,
    CLONE_NEWCGROUP: 0x2000000,
    CLONE_NEWUTS: 0x4000000,
    CLONE_NEWIPC: 0x8000000,
    CLONE_NEWUSER: 0x10000000,
    CLONE_NEWPID: 0x20000000,
    CLONE_NEWNET: 0x40000000,
  };
  test.each([undefined, probe32])(
    "allows clone without namespaces only (%p)",
    async (executable) => {
      const harmless = [17, files, thread].map((flags) => `clone:${flags}`);
      const makers = Object.values(namespaces).flatMap((flag) => [
        `clone:${flag}`,
        `clone:${flag | thread}`,
      ]);
      const found = await verdicts(root, [...harmless, ...makers], executable);
      expect(harmless.map((call) => found[call])).toEqual(harmless.map(() => "allow"));
      expect(makers.map((call) => found[call])).toEqual(makers.map(() => "PERM"));
    },
  );

  test.each([undefined, probe32])("allows three personalities only (%p)", async (executable) => {
    const good = ["0", "8", "0xffffffff"].map((value) => `personality:${value}`);
    const bad = ["1", "0x20000", "0x40000", "0x400000", "9"].map((value) => `personality:${value}`);
    const found = await verdicts(root, [...good, ...bad], executable);
    expect(good.map((call) => found[call])).toEqual(good.map(() => "allow"));
    expect(bad.map((call) => found[call])).toEqual(bad.map(() => "PERM"));
  });

  const [alg, vsock] = [38, 40];
  const harmless = [1, 2, 10, 16, 17, 29, 30, 37, 39, 41, 42, 44, 45];
  test.each([undefined, probe32])("lets AF_ALG and AF_VSOCK not be made (%p)", async (program) => {
    const made = (family: number) => [`socket:${family}:3:0`, `socketpair:${family}:3:0:0`];
    const good = harmless.flatMap(made);
    const bad = [alg, vsock].flatMap(made);
    const found = await verdicts(root, [...good, ...bad], program);
    expect(good.filter((call) => found[call] !== "allow")).toEqual([]);
    expect(bad.filter((call) => found[call] !== "PERM")).toEqual([]);
  });

  test("lets socketcall of i386 make no socket, whose family it does not show", async () => {
    const [socket, bind, accept, socketpair, recvmsg] = [1, 2, 5, 8, 17];
    const all = [socket, bind, accept, socketpair, recvmsg].map((what) => `socketcall:${what}`);
    const found = await verdicts(root, all, probe32);
    expect(all.map((call) => found[call])).toEqual(["PERM", "allow", "allow", "PERM", "allow"]);
  });

  test("is not misled by an argument's upper half", async () => {
    const calls = [
      "personality:0x100040000",
      "clone:0x100020000",
      "clone:0x110000000",
      "socket:0x100000026:5:0",
      "socket:0xffffffff00000028:1:0",
      "socketpair:0x100000026:5:0:0",
    ];
    const found = await verdicts(root, calls);
    expect(calls.filter((call) => found[call] !== "PERM")).toEqual([]);
  });

  test("lets no refused call through under an x32 number", async () => {
    const x32 = (number: number) => `0x${(0x40000000 + number).toString(16)}`;
    // mount, ptrace (and its own x32 number), unshare, setns, kexec_load, bpf
    const calls = [165, 101, 521, 272, 308, 246, 528, 321].map(x32);
    const found = await verdicts(root, calls);
    expect(calls.filter((call) => found[call] === "allow")).toEqual([]);
  });
});

describe.skipIf(!isSandboxed)("On a machine that translates x86-64", () => {
  const misc = "/proc/sys/fs/binfmt_misc";
  test.skipIf(!existsSync(misc))("there is no filter, and bpm.log says so", async () => {
    await using root = new BoshRoot();
    root.job("web", { executable: "/bin/grep", args: ["^Seccomp:", "/proc/self/status"] });
    const script =
      `mount -t tmpfs fake ${misc} && echo enabled > ${misc}/rosetta && ` +
      `exec ${root.bpmProgram} run web`;
    const argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script];
    const { stdout } = await mustRun(argv, { env: root.environment() });
    expect(stdout).toBe("Seccomp:\t0\n");
    expect(root.read("sys/log/web/bpm.log")).toMatch(/seccomp/i);
  });
});

describe.skipIf(!isSandboxed)("System calls from inside that would reach the host", () => {
  const rows: [what: string, call: string, outcomes: RegExp][] = [
    ["become root", "setuid:0", /^PERM$/],
    ["join root's group", "setgid:0", /^PERM$/],
    ["make a user namespace", "unshare:0x10000000", /^PERM$/],
    ["make a mount namespace", "unshare:0x20000", /^PERM$/],
    ["mount a tmpfs", "mount:@none:@/tmp:@tmpfs:0:0", /^PERM$/],
    ["remount /etc", "mount:@none:@/etc:0:0x1020:0", /^PERM$/],
    ["unmount a mask", "umount2:@/proc/kcore:0", /^PERM$/],
    ["change the root", "chroot:@/tmp", /^PERM$/],
    ["trace its init", "ptrace:16:1:0:0", /^PERM$/],
    ["set the host name", "sethostname:@evil:4", /^PERM$/],
    ["open by handle", "open_by_handle_at:-100:@12345678:0", /^PERM$/],
    ["open a raw socket", "socket:2:3:1", /^PERM$/],
    ["open a packet socket", "socket:17:3:0x300", /^PERM$/],
    ["open a network socket", "socket:2:1:0", /^OK$/],
    ["encrypt in the kernel", "socket:38:5:0", /^PERM$/],
    ["call the hypervisor", "socket:40:1:0", /^PERM$/],
    ["give a file away", "chown:@/tmp:0:0", /^PERM$/],
    ["raise its priority", "setpriority:0:0:-10", /^(ACCES|PERM)$/],
    ["raise its open files", "prlimit64:0:7:@AAAAAAAAAAAAAAAA:0", /^PERM$/],
    ["watch the host's file systems", "fanotify_init:0:0", /^PERM$/],
    ["read the kernel's log", "syslog:3:0:0", /^PERM$/],
    ["type into a terminal", "ioctl:0:0x5412:@x", /^NOTTY$/],
    ["use a kernel ring", "io_uring_setup:8:0", /^(PERM|NOSYS)$/],
  ];
  test("are refused", async () => {
    await using root = new BoshRoot();
    const outcomes = await attempt(
      root,
      rows.map(([, call]) => call),
    );
    for (const [what, call, expected] of rows) {
      expect(`${what}: ${outcomes[call]}`).toMatch(
        new RegExp(expected.source.replace("^", `^${what}: `)),
      );
    }
  });
});
