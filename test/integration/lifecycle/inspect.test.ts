import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { BoshRoot, type ProcessSpec } from "../../support/bosh-root.ts";
import { mustRun, run } from "../../support/command.ts";
import { missingCommands } from "../../support/debian.ts";
import { probeSleeping, type Report, reportFrom, script } from "../../support/inside.ts";
import { parseMounts } from "../../support/mounts.ts";
import { isAlive } from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

/** A process that asks for something of everything. */
const demanding: ProcessSpec = {
  env: { PORT: 8080 },
  ephemeral_disk: true,
  capabilities: ["NET_BIND_SERVICE"],
  limits: { memory: "64M", processes: 50, open_files: 100 },
  additional_volumes: [{ path: "/var/vcap/data/shared", writable: true, shared: true }],
  unsafe: { unrestricted_volumes: [{ path: "/opt" }] },
};

/** Every file below a root with its mode, owner, size and time, and the host's mounts. */
async function everything(root: BoshRoot): Promise<string> {
  const format = "%p %m %U:%G %s %T@ %l\n";
  const { stdout } = await mustRun(["find", root.path, "-printf", format]);
  return stdout + readFileSync("/proc/self/mountinfo", "utf8");
}

describe.skipIf(!isSandboxed)("bpm inspect", () => {
  test.each(["", "--json", "--oci"])("%s changes nothing on the host", async (format) => {
    await using root = new BoshRoot();
    root.job("web", demanding);
    const before = await everything(root);
    await root.mustBpm(["inspect", "web", ...(format === "" ? [] : [format])]);
    expect(await everything(root)).toBe(before);
  });

  test("shows people what would run, in lines that fit their terminals", async () => {
    await using root = new BoshRoot("/var/vcap");
    root.job("web", { args: ["sleep"], ...demanding });
    const { stdout, stderr } = await root.mustBpm(["inspect", "web"]);
    expect(stderr).toBe("");
    const lines = stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
    expect(lines).toContainEqual(["status", "stopped"]);
    expect(lines).toContainEqual(["command", "/var/vcap/packages/probe/bin/probe sleep"]);
    expect(lines).toContainEqual(["PORT=8080"]);
    expect(lines).toContainEqual(["LANG=en_US.UTF-8 (default)"]);
    expect(lines).toContainEqual(["user", "vcap (2000:3000)"]);
    expect(lines).toContainEqual(["capabilities", "CAP_NET_BIND_SERVICE"]);
    expect(lines).toContainEqual(["memory", "64M (67108864 bytes), swap included"]);
    expect(lines).toContainEqual(["open files", "100"]);
    expect(lines).toContainEqual(["/bin", "(same)", "system", "ro,nosuid,nodev"]);
    expect(lines).toContainEqual([
      "/tmp",
      "/var/vcap/data/web/tmp",
      "BOSH",
      "rw,nosuid,nodev,noexec",
    ]);
    expect(lines).toContainEqual([
      "/var/vcap/data/web",
      "(same)",
      "ephemeral_disk",
      "rw,nosuid,nodev,noexec",
    ]);
    const line = root
      .read("jobs/web/config/bpm.yml")
      .split("\n")
      .findIndex((text) => text.includes("/var/vcap/data/shared"));
    // The volume begins with its brace, one line above its path.
    expect(lines).toContainEqual([
      "/var/vcap/data/shared",
      "(same)",
      `bpm.yml:${line}`,
      "rw,nosuid,nodev,noexec,shared",
    ]);
    expect(lines).toContainEqual(["pidfile", "/var/vcap/sys/run/bpm/web/web.pid"]);
    expect(
      stdout.split("\n").filter((text) => text.length > 100 && !/PATH=|devpts/.test(text)),
    ).toEqual([]);
  });

  test("shows what is run indeed", async () => {
    await using root = new BoshRoot();
    const report: Report = await reportFrom(root, "start", demanding);
    const { plan } = JSON.parse((await root.mustBpm(["inspect", "web", "--json"])).stdout);
    expect(report.environment.toSorted()).toEqual(plan.env);
    expect(report.directory).toBe(plan.workdir);
    const seen = parseMounts(report.mounts).map(({ target }) => target);
    const planned: string[] = plan.mounts.map(({ target }: { target: string }) => target);
    expect(planned.filter((target) => !seen.includes(target))).toEqual([]);
  });

  test("tells of a running process how it is", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], ...demanding });
    const pid = await root.start("web");
    const { stdout } = await root.mustBpm(["inspect", "web"]);
    expect(stdout).toMatch(new RegExp(`^  pid +${pid},`, "m"));
    expect(stdout).toMatch(/^ {2}started +\d{4}-\d\d-\d\dT/m);
    expect(stdout).toMatch(/^ {2}memory +[\d.]+[KM] now, .*limit 64M$/m);
    expect(stdout).toMatch(/^ {2}tasks +2 now, .*limit 50$/m);
    const { state } = JSON.parse((await root.mustBpm(["inspect", "web", "--json"])).stdout);
    expect(state).toMatchObject({ status: "running", pid, tasks: { now: 2, limit: 50 } });
    expect(state.memory.peak).toBeGreaterThanOrEqual(state.memory.now);
  });

  test("tells of a failed process why", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["exit", "3"] });
    const pid = await root.start("web");
    await eventually("its end", () => !isAlive(pid));
    expect((await root.mustBpm(["inspect", "web"])).stdout).toMatch(/^ {2}reason +exit status 3$/m);
  });

  test("tells all that is wrong with a bpm.yml", async () => {
    await using root = new BoshRoot();
    root.job(
      "web",
      "processes:\n- executable: /x\n- name: web\n- name: hup\n  executable: /x\n" +
        "  shutdown_signal: HUP\n",
    );
    const { code, stdout, stderr } = await root.bpm(["inspect", "web"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    for (const place of ["bpm.yml:2:", "bpm.yml:3:", "bpm.yml:6:"]) expect(stderr).toContain(place);
    root.job("web", { limits: { memory: "lots" } });
    const unstartable = await root.bpm(["inspect", "web"]);
    expect(unstartable.stderr).toMatch(/:\d+: processes\[0\]\.limits\.memory/);
  });

  const refused = [
    [["web", "-p", "nosuch"], 'process "nosuch" not present in job configuration'],
    [["nosuch"], "failed to parse job configuration: open "],
    [[], "must specify a job"],
    [["web", "--json", "--oci"], "choose one"],
  ] as const;
  test.each(refused)("%p is refused", async (words, message) => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const { code, stdout, stderr } = await root.bpm(["inspect", ...words]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(message);
  });
});

/** Debian 12's crun knows no version 2 beside version 1, so it is not shown one. */
const withoutUnified = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec crun "$@"';
const runtimes = {
  runc: ["runc"],
  crun: ["unshare", "--mount", "--propagation=private", "sh", "-c", withoutUnified, "crun"],
} as const;
const missing = isSandboxed ? await missingCommands({ runc: "runc", crun: "crun" }) : [];

describe.skipIf(!isSandboxed)("bpm inspect --oci", () => {
  /** What a process can find out about its own confinement. */
  const look = script(
    [
      "id; pwd; env | sort; umask; ulimit -n; cat /proc/self/oom_score_adj",
      "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status",
      "cut -d' ' -f5,6 /proc/self/mountinfo | grep -Ev '^(/|/dev/.*|/proc.*|/sys.*) ' | sort",
      "for f in /x /tmp/x /var/vcap/jobs/web/x /var/vcap/data/web/x; do touch $f; done 2>&1",
      "unshare -m true 2>&1",
      "for f in /proc/kcore /proc/keys /proc/timer_list; do test -e $f && wc -c < $f; done; true",
    ].join("\n"),
    { ...demanding, unsafe: {} },
  );

  for (const [runtime, command] of Object.entries(runtimes)) {
    const title = missing.includes(runtime)
      ? `is the same sandbox in ${runtime} (skipped: this machine has no ${runtime})`
      : `is the same sandbox in ${runtime}`;
    test.skipIf(missing.includes(runtime))(title, async () => {
      await using root = new BoshRoot();
      root.job("web", look);
      const ours = (await root.mustBpm(["run", "web"])).stdout;
      expect(ours).toContain("uid=2000");
      expect(ours).toContain("/var/vcap/data/shared rw,");
      const bundle = `${root.path}/bundle`;
      mkdirSync(`${bundle}/rootfs`, { recursive: true });
      const { stdout: config } = await root.mustBpm(["inspect", "web", "--oci"]);
      writeFileSync(`${bundle}/config.json`, config);
      const options = ["--root", `${root.path}/runtime`, "run", "--bundle", bundle];
      const argv = [...command, ...options, `inspect-${process.pid}`];
      const { code, stdout, stderr } = await run(argv);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toBe(ours);
    });
  }
});
