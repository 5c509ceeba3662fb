import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { BoshRoot } from "../../support/bosh-root.ts";
import { attempt, shell } from "../../support/inside.ts";
import { isSandboxed } from "../../support/product.ts";

const [readOnly, writeOnly, create, directory] = [0, 1, 0o102, 0o200000];
const open = (path: string, flags: number) => `openat:-100:@${path}:${flags}:0o644`;
const execute = (path: string) => `execve:@${path}:0:0`;

/** One attempt from inside: what is tried, the call, and errno's name or OK. */
type Row = [what: string, call: string, outcome: string];

const rows: Row[] = [
  ["read /etc/passwd", open("/etc/passwd", readOnly), "OK"],
  ["read /etc/shadow", open("/etc/shadow", readOnly), "ACCES"],
  ["run a program of the host's", execute("/bin/true"), "OK"],
  ["write to /etc", open("/etc/bpm-was-here", create), "ROFS"],
  ["write to /usr", open("/usr/bpm-was-here", create), "ROFS"],
  ["write to /", open("/bpm-was-here", create), "ROFS"],
  ["make a directory in /", "mkdir:@/bpm-was-here:0o755", "ROFS"],
  ["make a directory in /var/vcap", "mkdir:@/var/vcap/x:0o755", "ROFS"],
  ["see the root's home", open("/root", directory), "NOENT"],
  ["see /home", open("/home", directory), "NOENT"],
  ["see /opt", open("/opt", directory), "NOENT"],
  ["see /var/log", open("/var/log", directory), "NOENT"],
  ["see the host's /run", open("/run/utmp", directory), "NOENT"],
  ["see other jobs", open("/var/vcap/jobs/bpm", directory), "NOENT"],
  ["see other logs", open("/var/vcap/sys/log/other", directory), "NOENT"],
  ["see bpm's state", open("/var/vcap/sys/run/bpm-state", directory), "NOENT"],
  ["see the pidfiles", open("/var/vcap/sys/run/bpm", directory), "NOENT"],
  ["see the locks", open("/var/vcap/data/bpm", directory), "NOENT"],
  [
    "see the ephemeral disk without asking for it",
    open("/var/vcap/data/attempt/x", create),
    "ROFS",
  ],
  [
    "see the persistent disk without asking for it",
    open("/var/vcap/store/attempt", directory),
    "NOENT",
  ],
  ["write to /tmp", open("/tmp/file", create), "OK"],
  ["write to /var/tmp", open("/var/tmp/file", create), "OK"],
  ["write to its own tmp", open("/var/vcap/data/attempt/tmp/file2", create), "OK"],
  ["write to its log directory", open("/var/vcap/sys/log/attempt/file", create), "OK"],
  ["write to its job directory", open("/var/vcap/jobs/attempt/x", create), "ROFS"],
  ["write to packages", open("/var/vcap/packages/x", create), "ROFS"],
  ["write to data/packages", open("/var/vcap/data/packages/x", create), "ROFS"],
  ["run a program in its job directory", execute("/var/vcap/jobs/attempt/bin/program"), "OK"],
  ["run a package's program", execute("/var/vcap/packages/probe/bin/probe"), "failed"],
  ["run a program in /tmp", execute("/tmp/program"), "ACCES"],
  ["run a program in /var/tmp", execute("/var/tmp/program"), "ACCES"],
  ["run a program in its own tmp", execute("/var/vcap/data/attempt/tmp/program"), "ACCES"],
  ["run a program in its log directory", execute("/var/vcap/sys/log/attempt/program"), "ACCES"],
  ["run a program in /dev/shm", execute("/dev/shm/program"), "NOENT"],
  ["write to /dev/shm", open("/dev/shm/file", create), "OK"],
  ["make a file in /dev", open("/dev/file", create), "ACCES"],
  ["make a device", "mknod:@/tmp/mem:0o20666:0x101", "PERM"],
  ["make a block device", "mknod:@/tmp/disk:0o60666:0xfe00", "PERM"],
  ["make a fifo", "mknod:@/tmp/fifo:0o10666:0", "OK"],
  ["read /dev/null", open("/dev/null", readOnly), "OK"],
  ["write to /dev/null", open("/dev/null", writeOnly), "OK"],
  ["read /dev/urandom", open("/dev/urandom", readOnly), "OK"],
  ["read /dev/mem", open("/dev/mem", readOnly), "NOENT"],
  ["read /dev/kmsg", open("/dev/kmsg", readOnly), "NOENT"],
  ["read a disk", open("/dev/vda", readOnly), "NOENT"],
  ["open a pseudo terminal", open("/dev/ptmx", 2), "OK"],
  ["have a terminal", open("/dev/tty", 2), "NXIO"],
  ["read its init's memory", open("/proc/1/mem", readOnly), "ACCES"],
  ["read its init's environment", open("/proc/1/environ", readOnly), "ACCES"],
  ["list its init's descriptors", open("/proc/1/fd", directory), "ACCES"],
  ["open its init's program", open("/proc/1/exe", readOnly), "ACCES"],
  ["open its init's root", open("/proc/1/root", directory), "ACCES"],
  ["open its init's directory", open("/proc/1/cwd", directory), "ACCES"],
];

describe.skipIf(!isSandboxed)("From inside a job can", () => {
  let outcomes: Record<string, string> = {};
  beforeAll(async () => {
    await using root = new BoshRoot();
    root.job("other", {});
    root.write("sys/log/other/secret", "");
    root.write("store/attempt/file", "");
    const program = "#!/bin/sh\nexit 0\n";
    for (const place of ["data/attempt/tmp", "sys/log/attempt"]) {
      root.write(`${place}/program`, program, 0o755);
    }
    root.job("attempt", {}, { "bin/program": program });
    outcomes = await attempt(
      root,
      rows.map(([, call]) => call),
    );
  });

  test.each(rows)("%s: %s is %s", (_, call, outcome) => {
    expect(outcomes[call]).toBe(outcome);
  });
});

describe.skipIf(!isSandboxed)("What only a read-only mount protects", () => {
  const files = [
    "/proc/sysrq-trigger",
    "/proc/irq/default_smp_affinity",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/etc/hostname",
    "/usr/bin/env",
  ];
  test.each(files.filter((path) => existsSync(path)))("is %s", async (path) => {
    await using root = new BoshRoot();
    const call = open(path, writeOnly);
    expect(await attempt(root, [call])).toEqual({ [call]: "ACCES" });
    expect(await attempt(root, [call], { capabilities: ["DAC_OVERRIDE"] })).toEqual({
      [call]: "ROFS",
    });
  });
});

describe.skipIf(!isSandboxed)("A sandbox's files", () => {
  const root = isSandboxed ? new BoshRoot() : undefined;
  afterAll(async () => root?.[Symbol.asyncDispose]());
  const inside = (script: string) => shell(root as BoshRoot, script);

  test("below /var/vcap are those of the job only", async () => {
    const listing = await inside(
      "cd /var/vcap && find . -maxdepth 3 -not -path './*packages/*' | sort",
    );
    expect(listing.trim().split("\n")).toEqual([
      ".",
      "./data",
      "./data/packages",
      "./data/shell",
      "./data/shell/tmp",
      "./jobs",
      "./jobs/shell",
      "./jobs/shell/config",
      "./packages",
      "./sys",
      "./sys/log",
      "./sys/log/shell",
    ]);
  });

  test("at the top are only mount points", async () => {
    const there = await inside("ls -A / | tr '\\n' ' '");
    const known = "bin dev etc lib lib64 proc run sbin sys tmp usr var".split(" ");
    expect(
      there
        .trim()
        .split(" ")
        .filter((name) => !known.includes(name)),
    ).toEqual([]);
  });

  test("above mount points belong to root and cannot be written to", async () => {
    const listing = await inside("stat -c '%a %u:%g' / /var /var/vcap /var/vcap/data /dev");
    expect(listing).toBe("755 0:0\n".repeat(5));
  });

  test("that are the same directory under three names are", async () => {
    const script = "echo shared > /tmp/x; cat /var/tmp/x $TMPDIR/x; stat -c %a:%u /tmp";
    expect(await inside(script)).toBe("shared\nshared\n700:2000\n");
  });

  test("in /dev are the devices and links of a container", async () => {
    const listing = await inside(
      "cd /dev && for n in *; do " +
        "if [ -L $n ]; then echo $n $(readlink $n); else stat -c '%n %F %t:%T %a' $n; fi; done",
    );
    expect(listing.trim().split("\n")).toEqual([
      "fd /proc/self/fd",
      "full character special file 1:7 666",
      "mqueue directory 0:0 1777",
      "null character special file 1:3 666",
      "ptmx pts/ptmx",
      "pts directory 0:0 755",
      "random character special file 1:8 666",
      "shm directory 0:0 1777",
      "stderr /proc/self/fd/2",
      "stdin /proc/self/fd/0",
      "stdout /proc/self/fd/1",
      "tty character special file 5:0 666",
      "urandom character special file 1:9 666",
      "zero character special file 1:5 666",
    ]);
  });

  const masked = [
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/scsi",
    "/proc/acpi",
    "/sys/firmware",
    "/sys/devices/virtual/powercap",
    "/etc/sv",
  ];
  test.each(masked)("hide %s", async (path) => {
    // A masked file reads as empty, a masked directory has nothing in it.
    expect(await inside(`[ -d ${path} ] && ls -A ${path}; [ -f ${path} ] && cat ${path}; :`)).toBe(
      "",
    );
    expect(await inside(`[ -c ${path} ] && cat ${path}; :`)).toBe("");
  });

  test("show the pseudo terminals of this sandbox only, numbered from 0", async () => {
    expect(await inside("exec 3<>/dev/ptmx; ls /dev/pts")).toBe("0\nptmx\n");
  });
});
