import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { BoshRoot, pidfile } from "../../support/bosh-root.ts";
import { type CommandResult, mustRun, run } from "../../support/command.ts";
import { Container } from "../../support/container.ts";
import { probeSleeping } from "../../support/inside.ts";
import { mountsOf } from "../../support/mounts.ts";
import { isAlive } from "../../support/process.ts";
import { copyProduct, isSandboxed, vcap } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

interface Finding {
  readonly section: string;
  readonly subject: string;
  readonly level: string;
  readonly code: string;
  readonly text: string;
  readonly advice: string | null;
}

interface Diagnosis {
  readonly jobs_can_start: boolean;
  readonly findings: readonly Finding[];
}

/** What was found, once it is certain that exit status, verdict and findings agree. */
function read({ code, stdout, stderr }: CommandResult): readonly Finding[] {
  const { jobs_can_start, findings } = JSON.parse(stdout) as Diagnosis;
  const problems = findings.filter(({ level }) => level === "problem").length;
  expect({ code, jobs_can_start }).toEqual({
    code: problems === 0 ? 0 : 1,
    jobs_can_start: problems === 0,
  });
  if (problems === 0) expect(stderr).toBe("");
  else expect(stderr).toMatch(new RegExp(`^Error: ${problems} problems? in the way of starting`));
  return findings;
}

async function diagnose(root: BoshRoot): Promise<readonly Finding[]> {
  return read(await root.bpm(["doctor", "--json"]));
}

/** The same for a bpm that a shell script has exec'd as `"$@"`, in namespaces of its own. */
async function diagnoseIn(
  root: BoshRoot,
  namespaces: readonly string[],
  script: string,
): Promise<readonly Finding[]> {
  const shell = ["sh", "-euc", `${script}\nexec "$@"`, "sh"];
  const argv = ["unshare", "--propagation=private", ...namespaces, ...shell];
  const bpm = [root.bpmProgram, "doctor", "--json"];
  return read(await run([...argv, ...bpm], { env: root.environment() }));
}

function codes(findings: readonly Finding[], ...levels: readonly string[]): string[] {
  return findings.filter(({ level }) => levels.includes(level)).map(({ code }) => code);
}

function advice(findings: readonly Finding[], wanted: string): string | null | undefined {
  return findings.find(({ code }) => code === wanted)?.advice;
}

/** Every file below a root, every mount, and every cgroup that could be bpm's. */
async function everything(root: BoshRoot): Promise<string> {
  const format = "%p %m %U:%G %s %T@ %l\n";
  const { stdout } = await mustRun(["find", root.path, "-printf", format]);
  const cgroups = mountsOf("self").filter(({ type }) => type.startsWith("cgroup"));
  const leaves = cgroups
    .flatMap(({ target }) => readdirSync(target))
    .filter((name) => name.startsWith("bpm-doctored"));
  return stdout + readFileSync("/proc/self/mountinfo", "utf8") + leaves.join("\n");
}

describe.skipIf(!isSandboxed)("bpm doctor", () => {
  test("finds no fault in a host where jobs start", async () => {
    await using root = new BoshRoot();
    root.job("doctored", { ...probeSleeping, limits: { memory: "64M", processes: 20 } });
    await root.start("doctored");
    const findings = await diagnose(root);
    expect(codes(findings, "problem")).toEqual([]);
    const told = (section: string) => findings.filter((one) => one.section === section);
    for (const section of ["kernel", "directories", "jobs"]) {
      expect(told(section)).not.toEqual([]);
      expect(codes(told(section), "note", "warning")).toEqual([]);
    }
    expect(findings.find(({ code }) => code === "jobs")?.text).toBe("1 process of 1 job");
  });

  test("says it in lines that fit terminals, with a verdict", async () => {
    await using root = new BoshRoot();
    root.job("doctored", probeSleeping);
    const { stdout, stderr } = await root.mustBpm(["doctor"]);
    expect(stderr).toBe("");
    expect(stdout).toStartWith("bpm [DEV BUILD]\n\nHost\n  ok ");
    expect(stdout).toMatch(/^ {2}ok +sys\/run +\/tmp\/[^ ]+\/sys\/run, root:root 0755$/m);
    expect(stdout).toMatch(/^ {2}ok +vcap +user 2000, group 3000$/m);
    expect(stdout).toMatch(/\n\n0 problems, \d+ warnings?, \d+ notes?\n$/);
    expect(stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });

  test.each(["", "--json"])("%s changes nothing on the host", async (format) => {
    await using root = new BoshRoot();
    root.job("doctored", { ...probeSleeping, limits: { memory: "64M" } });
    const before = await everything(root);
    await root.mustBpm(["doctor", ...(format === "" ? [] : [format])]);
    expect(await everything(root)).toBe(before);
    expect(root.exists("sys/log/doctored")).toBe(false);
  });

  test("misses the account vcap, as a start does", async () => {
    await using root = new BoshRoot();
    root.job("doctored", probeSleeping);
    root.write("passwd", "root:x:0:0::/root:/bin/sh\n");
    const hide = `mount --bind ${root.at("passwd")} /etc/passwd`;
    const findings = await diagnoseIn(root, ["--mount"], hide);
    expect(codes(findings, "problem")).toEqual(["no-user"]);
  });

  test("misses what a library of another build, or none, means", async () => {
    await using root = new BoshRoot();
    const directory = mkdtempSync("/tmp/product-");
    copyProduct(directory);
    rmSync(`${directory}/libbpm.so`);
    const argv = [`${directory}/bpm`, "doctor", "--json"];
    const findings = read(await run(argv, { env: root.environment() }));
    expect(codes(findings, "problem")).toEqual(["library"]);
    // That of monit files is another one then.
    expect(codes(findings, "warning")).toContain("command");
    rmSync(directory, { recursive: true });
  });

  test("tells a bpm that others may change", async () => {
    await using root = new BoshRoot();
    const directory = mkdtempSync("/tmp/product-");
    copyProduct(directory);
    chmodSync(`${directory}/bpm`, 0o777);
    const argv = [`${directory}/bpm`, "doctor", "--json"];
    const findings = read(await run(argv, { env: root.environment() }));
    expect(advice(findings, "install-exposed")).toBe(
      `Run: chown root ${directory}/bpm && chmod go-w ${directory}/bpm`,
    );
    rmSync(directory, { recursive: true });
  });
});

describe.skipIf(!isSandboxed)("bpm doctor tries what a start needs, and so misses", () => {
  const rows = [
    [
      "capabilities",
      ["--mount"],
      'set -- setpriv --bounding-set=-sys_admin "$@"',
      [
        "no-mount-namespace",
        "no-ipc-namespace",
        "no-uts-namespace",
        "no-pid-namespace",
        "capabilities-needed",
      ],
    ],
    ["devices in a user namespace", ["--map-root-user"], ":", ["no-device-nodes"]],
    [
      "executable files in memory",
      ["--mount", "--pid", "--fork", "--mount-proc"],
      "[ ! -e /proc/sys/vm/memfd_noexec ] || echo 2 > /proc/sys/vm/memfd_noexec",
      existsSync("/proc/sys/vm/memfd_noexec") ? ["no-memfd"] : [],
    ],
  ] as const;
  test.each(rows)("%s", async (_, namespaces, script, expected) => {
    await using root = new BoshRoot();
    const found = codes(await diagnoseIn(root, namespaces, script), "problem");
    expect(found).toEqual(expect.arrayContaining([...expected]));
  });

  const needed = [
    "chown",
    "dac_override",
    "kill",
    "mknod",
    "setgid",
    "setpcap",
    "setuid",
    "sys_admin",
  ];
  test.each(needed)("CAP_%s, without which no process starts, or none stops", async (name) => {
    await using root = new BoshRoot();
    root.job("doctored", probeSleeping);
    const without = `set -- setpriv --bounding-set=-${name} "$@"`;
    expect(codes(await diagnoseIn(root, ["--mount"], without), "problem")).toContain(
      "capabilities-needed",
    );
    const bpm = ["setpriv", `--bounding-set=-${name}`, root.bpmProgram];
    const ends = ["start", "stop", "start"].map((command) => [...bpm, command, "doctored"]);
    const statuses: number[] = [];
    for (const argv of ends) {
      statuses.push((await run(argv, { env: root.environment() })).code);
    }
    expect(statuses).toContain(1);
  });

  test("no other capability", async () => {
    await using root = new BoshRoot();
    root.job("doctored", probeSleeping);
    const only = ["-all", ...needed.map((name) => `+${name}`)].join(",");
    const limit = `set -- setpriv --bounding-set=${only} "$@"`;
    const findings = await diagnoseIn(root, ["--mount"], limit);
    // Only a command that enters a sandbox, as bpm exec does, takes CAP_SYS_CHROOT (setns(2)).
    expect(codes(findings, "problem")).toEqual(["no-setns"]);
    expect(codes(findings, "note")).toContain("capabilities-lacking");
    const bpm = ["setpriv", `--bounding-set=${only}`, root.bpmProgram];
    for (const command of ["start", "stop"]) {
      await mustRun([...bpm, command, "doctored"], { env: root.environment() });
    }
  });

  test("what a job asks for and the host has not got", async () => {
    await using root = new BoshRoot();
    root.job("doctored", [
      probeSleeping,
      { name: "greedy", ...probeSleeping, limits: { open_files: 4_000_000_000 } },
    ]);
    root.job("broken", "processes: [{}]");
    const findings = await diagnose(root);
    const told = findings.filter(({ code }) => code === "job-unstartable");
    expect(told.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^broken: .*invalid config: executable \(and 1 more\)$/),
      expect.stringMatching(/^doctored\.greedy: limits\.open_files is 4000000000/),
    ]);
    expect((await root.bpm(["start", "doctored", "-p", "greedy"])).code).toBe(1);
  });
});

describe.skipIf(!isSandboxed)("Of the directories of BOSH, bpm doctor tells", () => {
  test("a link of vcap's, which no start follows", async () => {
    await using root = new BoshRoot();
    root.job("doctored", probeSleeping);
    renameSync(root.at("data/sys/run"), root.at("data/elsewhere"));
    symlinkSync("../elsewhere", root.at("data/sys/run"));
    lchownSync(root.at("data/sys/run"), vcap.uid, vcap.gid);
    expect(codes(await diagnose(root), "problem")).toContain("directory-link");
    expect((await root.bpm(["start", "doctored"])).code).toBe(1);
    lchownSync(root.at("data/sys/run"), 0, 0);
    expect(codes(await diagnose(root), "problem")).toEqual([]);
    await root.start("doctored");
  });

  test("those that a sandbox needs", async () => {
    await using root = new BoshRoot();
    root.job("doctored", probeSleeping);
    renameSync(root.at("packages"), root.at("packages.old"));
    expect(codes(await diagnose(root), "problem")).toEqual(["directory-missing"]);
    expect((await root.bpm(["start", "doctored"])).code).toBe(1);
    renameSync(root.at("packages.old"), root.at("packages"));
  });

  test("those that others than root may change", async () => {
    await using root = new BoshRoot();
    lchownSync(root.at("jobs"), vcap.uid, vcap.gid);
    chmodSync(root.at("data"), 0o777);
    const told = (await diagnose(root)).filter(({ code }) => code === "directory-exposed");
    expect(told.map(({ text }) => text.split(" ").at(-1))).toEqual([
      root.at("jobs"),
      root.at("data"),
    ]);
  });

  test("a file system without room", async () => {
    await using root = new BoshRoot();
    const fill = `mount -t tmpfs -o size=4096 tmpfs ${root.at("data/sys/run")}
      echo x > ${root.at("data/sys/run/x")}`;
    expect(codes(await diagnoseIn(root, ["--mount"], fill), "problem")).toEqual([
      "directory-refused",
    ]);
    const protect = `mount -t tmpfs -o ro tmpfs ${root.at("data/sys/run")}`;
    expect(codes(await diagnoseIn(root, ["--mount"], protect), "problem")).toEqual([
      "directory-refused",
    ]);
  });
});

describe.skipIf(!isSandboxed)("Of what is left, bpm doctor tells", () => {
  const stop = "It is removed by: bpm stop doctored -p worker";

  /** A root whose process has died together with its init, and the pid that the init had. */
  async function withDeadProcess(): Promise<{ root: BoshRoot; pid: number }> {
    const root = new BoshRoot();
    root.job("doctored", { name: "worker", ...probeSleeping });
    const pid = await root.start("doctored", "worker");
    process.kill(pid, "SIGKILL");
    await eventually("the init's end", () => !isAlive(pid));
    return { root, pid };
  }

  async function jobFindings(root: BoshRoot): Promise<[code: string, advice: string | null][]> {
    const findings = await diagnose(root);
    return findings
      .filter(({ section, level }) => section === "jobs" && level !== "ok")
      .map((one) => [one.code, one.advice]);
  }

  test("a process that has failed, until it is stopped", async () => {
    const { root } = await withDeadProcess();
    await using _ = root;
    expect(await jobFindings(root)).toEqual([["state-ended", stop]]);
    await root.stop("doctored", "worker");
    expect(await jobFindings(root)).toEqual([]);
  });

  test("a state that is damaged, and the cgroups that it named", async () => {
    const { root } = await withDeadProcess();
    await using _ = root;
    writeFileSync(root.stateFile("doctored", "worker"), '{"id":');
    const pid = pidfile("doctored", "worker");
    // A scope in which nothing runs any more has gone by itself.
    const hasScopes = (await diagnose(root)).some(({ text }) => text.startsWith("scopes of"));
    expect(await jobFindings(root)).toEqual([
      ["state-unreadable", stop],
      ...(hasScopes ? [] : [["cgroup-empty", stop] as [string, string]]),
      ["pidfile-stale", stop],
    ]);
    expect(root.exists(pid)).toBe(true);
    await root.stop("doctored", "worker");
    expect(await jobFindings(root)).toEqual([]);
  });

  test("a state of another boot", async () => {
    const { root } = await withDeadProcess();
    await using _ = root;
    const file = root.stateFile("doctored", "worker");
    const state = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...state, boot_id: "another" }));
    expect(await jobFindings(root)).toEqual([["state-of-another-boot", stop]]);
  });

  test("a process whose state is lost", async () => {
    await using root = new BoshRoot();
    root.job("doctored", { name: "worker", ...probeSleeping });
    await root.start("doctored", "worker");
    const directory = root.stateFile("doctored", "worker").replace(/\/state.json$/, "");
    renameSync(directory, root.at("kept"));
    expect(await jobFindings(root)).toEqual([
      ["cgroup-unnamed", stop.replace("It is removed", "They are ended")],
      ["pidfile-stale", stop],
    ]);
    await root.stop("doctored", "worker");
    expect(await jobFindings(root)).toEqual([]);
  });

  test("mounts that lie on each other", async () => {
    await using root = new BoshRoot();
    const pile = `for i in 1 2 3; do mount --bind ${root.at("data")} ${root.at("data")}; done`;
    const findings = await diagnoseIn(root, ["--mount"], pile);
    expect(findings.find(({ code }) => code === "mounts-stacked")?.text).toBe(
      `3 mounts lie on each other at ${root.at("data")}`,
    );
  });
});

describe.skipIf(!isSandboxed)("In a container, bpm doctor", () => {
  test("foresees the mounts of a start, and makes none", async () => {
    await using root = new BoshRoot();
    root.job("doctored", { ...probeSleeping, limits: { memory: "64M", processes: 20 } });
    await using container = await Container.start(root, "bare");
    const before = await container.read("/proc/self/mountinfo");
    const findings = read(await container.bpm("doctor", "--json"));
    expect(codes(findings, "problem")).toEqual([]);
    expect(codes(findings, "note")).toContain("cgroup-to-mount");
    expect(await container.read("/proc/self/mountinfo")).toBe(before);
    expect((await container.bpm("start", "doctored")).code).toBe(0);
    const after = read(await container.bpm("doctor", "--json"));
    expect(codes(after, "note")).not.toContain("cgroup-to-mount");
    expect((await container.bpm("stop", "doctored")).code).toBe(0);
  });

  test("knows limits that cannot be kept", async () => {
    await using root = new BoshRoot();
    await using container = await Container.start(root, "read-only");
    const without = read(await container.bpm("doctor", "--json"));
    expect(codes(without, "problem")).toEqual([]);
    expect(codes(without, "warning")).toContain("cgroup-read-only");
    root.job("doctored", { ...probeSleeping, limits: { memory: "64M" } });
    const findings = read(await container.bpm("doctor", "--json"));
    expect(codes(findings, "problem")).toEqual(["job-unstartable"]);
    expect((await container.bpm("start", "doctored")).code).toBe(1);
  });
});
