import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BoshRoot } from "../../support/bosh-root.ts";
import { cgroupsOf } from "../../support/cgroups.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { mustRun, run } from "../../support/command.ts";
import { capabilitySets, limitOf, reportFrom, shell, ways } from "../../support/inside.ts";
import { isSandboxed } from "../../support/product.ts";

const capSysResource = 24n;
const ownSets = capabilitySets(readFileSync("/proc/self/status", "utf8"));
const mayRaiseLimits = (((ownSets["CapEff"] ?? 0n) >> capSysResource) & 1n) === 1n;

/** A limit's file of a process's cgroup, by its name on version 1 or on version 2. */
function cgroupFile(pid: number, controller: string, version1: string, version2: string): string {
  const cgroups = cgroupsOf(pid);
  const directory = cgroups.get(controller);
  const file =
    directory === undefined ? join(cgroups.get("") ?? "", version2) : join(directory, version1);
  return readFileSync(file, "utf8").trim();
}

describe.skipIf(!isSandboxed)("The memory limit", () => {
  test("ends with KILL a process that exceeds it", async () => {
    await using root = new BoshRoot();
    root.job("hungry", { args: ["allocate", "200"], limits: { memory: "64M" } });
    const { code, stdout } = await root.bpm(["run", "hungry"]);
    expect({ code, stdout }).toEqual({ code: 137, stdout: "" });
    expect(leftovers(root)).toEqual(nothing);
  });

  test("lets a process be that stays below it", async () => {
    await using root = new BoshRoot();
    root.job("modest", { args: ["allocate", "32"], limits: { memory: "64M" } });
    expect((await root.bpm(["run", "modest"])).stdout).toBe("allocated\n");
  });

  test("counts the whole job, and what it keeps in memory file systems", async () => {
    await using root = new BoshRoot();
    const limits = { memory: "32M" };
    const fill = "dd if=/dev/zero of=/dev/shm/big bs=1M count=100 2>/dev/null && echo filled";
    root.job("shm", { executable: "/bin/sh", args: ["-c", fill], limits });
    const { code, stdout } = await root.bpm(["run", "shm"]);
    expect(stdout).toBe("");
    expect(code).not.toBe(0);
  });

  const quantities = [
    ["64M", 67108864],
    ["65536k", 67108864],
    ["0.0625GiB", 67108864],
  ] as const;
  test.each(quantities)("of %s is %i bytes", async (memory, bytes) => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], limits: { memory } });
    const pid = await root.start("web");
    expect(cgroupFile(pid, "memory", "memory.limit_in_bytes", "memory.max")).toBe(String(bytes));
  });

  test("covers swap where swap is accounted", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], limits: { memory: "64M" } });
    const pid = await root.start("web");
    const directory = cgroupsOf(pid).get("memory");
    const file = directory && join(directory, "memory.memsw.limit_in_bytes");
    if (file !== undefined && existsSync(file)) {
      expect(readFileSync(file, "utf8").trim()).toBe(String(64 << 20));
    } else if (directory === undefined) {
      expect(cgroupFile(pid, "memory", "", "memory.swap.max")).toBe("0");
    }
  });

  test("that is no quantity keeps the process from starting", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], limits: { memory: "lots" } });
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toStartWith("Error: failed to start job-process: ");
    expect(stderr).toContain(
      "byte quantity must be a positive integer with a unit of measurement " +
        "like M, MB, MiB, G, GiB, or GB",
    );
    expect(stderr).toMatch(/bpm\.yml:\d+:\d+: processes\[0\]\.limits\.memory/);
  });
});

describe.skipIf(!isSandboxed)("The processes limit", () => {
  test.each([...ways])("counts the init in %s", async (way) => {
    await using root = new BoshRoot();
    root.job("web", { args: ["forks", "20"], limits: { processes: 5 } });
    await root.mustBpm([way, "web"]);
    // Five: the init, the job, and three children.
    await root.printed("web", "3 AGAIN");
  });

  test("is the cgroup's", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], limits: { processes: 7 } });
    const pid = await root.start("web");
    expect(cgroupFile(pid, "pids", "pids.max", "pids.max")).toBe("7");
  });

  test("is none unless bpm.yml has one", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["forks", "200"] });
    expect((await root.bpm(["run", "web"])).stdout).toBe("200 OK\n");
  });
});

describe.skipIf(!isSandboxed)("The open_files limit", () => {
  test.each([...ways])("is soft and hard in %s", async (way) => {
    await using root = new BoshRoot();
    const { limits } = await reportFrom(root, way, { limits: { open_files: 100 } });
    expect(limitOf(limits, "Max open files")).toEqual(["100", "100"]);
  });

  test("is what a process meets", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["open", "200"], limits: { open_files: 100 } });
    expect((await root.bpm(["run", "web"])).stdout).toBe("97 MFILE\n");
  });

  /** bpm's limits under a caller with these, soft:hard. */
  async function openFilesUnder(root: BoshRoot, caller: string): Promise<[string, string]> {
    const argv = ["prlimit", `--nofile=${caller}`, root.bpmProgram, "run", "web"];
    const { stdout } = await mustRun(argv, { env: root.environment() });
    return limitOf((JSON.parse(stdout) as { limits: string }).limits, "Max open files");
  }

  test.skipIf(!mayRaiseLimits)("may be above the limit of bpm's caller", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["report"], limits: { open_files: 30000 } });
    expect(await openFilesUnder(root, "256:1024")).toEqual(["30000", "30000"]);
  });

  test("of bpm's caller does not keep a job from its volumes, where bpm may raise it", async () => {
    await using root = new BoshRoot();
    for (let count = 0; count < 300; count += 1) root.write(`data/many/${count}/file`, "");
    const unsafe = { unrestricted_volumes: [{ path: "/var/vcap/data/many/*" }] };
    root.job("web", { args: ["sleep"], unsafe });
    const argv = ["prlimit", "--nofile=256:256", root.bpmProgram, "start", "web"];
    const { code, stderr } = await run(argv, { env: root.environment() });
    expect(code).toBe(mayRaiseLimits ? 0 : 1);
    const refusal = /too many open files \(EMFILE\)\nA volume takes two descriptors: raise/;
    if (!mayRaiseLimits) expect(stderr).toMatch(refusal);
  });

  test.skipIf(mayRaiseLimits)("cannot be above the caller's without CAP_SYS_RESOURCE", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], limits: { open_files: 30000 } });
    const argv = ["prlimit", "--nofile=256:1024", root.bpmProgram, "start", "web"];
    const { code, stderr } = await run(argv, { env: root.environment() });
    expect(code).toBe(1);
    expect(stderr).toContain("open_files");
    expect(stderr).toContain("1024");
  });

  const callers = ["256:1024", "1024:4096", "20000:20000"];
  test.each(callers)(
    "is 524288 or as much as the host permits a caller with %s",
    async (caller) => {
      await using root = new BoshRoot();
      root.job("web", { args: ["report"] });
      const hard = mayRaiseLimits
        ? readFileSync("/proc/sys/fs/nr_open", "utf8")
        : caller.split(":")[1];
      const expected = String(Math.min(524288, Number(hard)));
      expect(await openFilesUnder(root, caller)).toEqual([expected, expected]);
    },
  );

  test("that the kernel cannot give is refused with its name", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], limits: { open_files: 2000000000 } });
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/open_files|RLIMIT_NOFILE|nofile/);
    expect(leftovers(root)).toEqual(nothing);
  });

  test("that is too low to run anything fails at once", async () => {
    await using root = new BoshRoot();
    root.job("web", { executable: "/bin/cat", args: ["/etc/passwd"], limits: { open_files: 1 } });
    expect((await root.bpm(["run", "web"])).code).not.toBe(0);
    expect(leftovers(root)).toEqual(nothing);
  });
});

describe.skipIf(!isSandboxed)("The core_file_size limit", () => {
  test.each([
    [0, "0"],
    [1048576, "1048576"],
  ])("of %i is soft and hard", async (size, expected) => {
    await using root = new BoshRoot();
    const { limits } = await reportFrom(root, "start", { limits: { core_file_size: size } });
    expect(limitOf(limits, "Max core file size")).toEqual([expected, expected]);
  });
});

describe.skipIf(!isSandboxed)("Other limits", () => {
  test("are those of bpm's caller", async () => {
    await using root = new BoshRoot();
    const own = readFileSync("/proc/self/limits", "utf8");
    // Not the probe: Zig's start code changes its own stack limit.
    const limits = await shell(root, "cat /proc/self/limits");
    const names = ["Max stack size", "Max locked memory", "Max pending signals", "Max cpu time"];
    expect(names.map((name) => limitOf(limits, name))).toEqual(
      names.map((name) => limitOf(own, name)),
    );
  });
});

describe.skipIf(!isSandboxed)("Cgroups", () => {
  test("hold every process of the job, and only those", async () => {
    await using root = new BoshRoot();
    root.job("web", { executable: "/bin/sh", args: ["-c", "sleep 1000 & echo on; wait"] });
    const pid = await root.start("web");
    await root.printed("web", "on");
    const directory = cgroupsOf(pid).get("pids") ?? cgroupsOf(pid).get("") ?? "";
    const members = readFileSync(join(directory, "cgroup.procs"), "utf8").trim().split("\n");
    expect(members).toHaveLength(3);
    expect(members).toContain(String(pid));
  });

  test("of two roots with a job of the same name are different", async () => {
    await using one = new BoshRoot();
    await using two = new BoshRoot();
    for (const root of [one, two]) root.job("web", { args: ["sleep"] });
    const [first, second] = [await one.start("web"), await two.start("web")];
    const path = (pid: number) => cgroupsOf(pid).get("pids") ?? cgroupsOf(pid).get("");
    expect(path(first)).not.toBe(path(second));
    await one.stop("web");
    expect((await two.bpm(["pid", "web"])).stdout).toBe(`${second}\n`);
  });

  test("let a job use no devices that it makes, unless it is privileged", async () => {
    await using root = new BoshRoot();
    const script = "mknod /tmp/mem c 1 1; mknod /tmp/nul c 1 3 && cat /tmp/nul; echo $?";
    const spec = { capabilities: ["MKNOD", "DAC_OVERRIDE"] };
    // The mounts are nodev: neither works, whatever the device rules say.
    expect(await shell(root, `${script} 2>&1 | tail -n 1`, spec)).toBe("1\n");
    const privileged = { unsafe: { privileged: true } };
    const use = "mknod /dev/null2 c 1 3 && echo ok > /dev/null2 && echo used";
    expect(await shell(root, use, privileged)).toBe("used\n");
  });

  test("that are left over do not keep a process from starting", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"] });
    const pid = await root.start("web");
    const directories = [...new Set(cgroupsOf(pid).values())].filter((path) =>
      path.includes("bpm-"),
    );
    await root.stop("web");
    for (const directory of directories) await mustRun(["mkdir", "-p", directory]);
    try {
      await root.start("web");
      await root.stop("web");
    } finally {
      for (const directory of directories) await run(["rmdir", directory]);
    }
  });
});
