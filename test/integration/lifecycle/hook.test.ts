import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { BoshRoot } from "../../support/bosh-root.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { exitStatus } from "../../support/command.ts";
import { probeSleeping, script } from "../../support/inside.ts";
import { isAlive } from "../../support/process.ts";
import { isSandboxed, vcap } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

/** A job with a pre_start hook; `hook` is a shell script on the host. */
function jobWithHook(root: BoshRoot, hook: string, process: string): void {
  const hooks = { pre_start: root.write("data/hook", `#!/bin/sh\n${hook}\n`, 0o755) };
  root.job("web", script(process, { hooks, env: { COLOUR: "blue" } }));
}

describe.skipIf(!isSandboxed)("The pre_start hook", () => {
  test("runs before the process, on the host, as root, with its environment and logs", async () => {
    await using root = new BoshRoot();
    jobWithHook(
      root,
      `id -u; echo $COLOUR $HOME; test -e ${root.path}/jobs && echo host; echo e >&2`,
      "echo p",
    );
    await root.start("web");
    await root.printed("web", "p\n");
    expect(root.stdout("web")).toBe("0\nblue /root\nhost\np\n");
    expect(root.stderr("web")).toBe("e\n");
  });

  test("finds what a job needs: its directories exist", async () => {
    await using root = new BoshRoot();
    jobWithHook(root, `ls -d ${root.path}/data/web/tmp ${root.path}/sys/run/web`, "true");
    await root.start("web");
    expect(root.stdout("web")).toBe(`${root.path}/data/web/tmp\n${root.path}/sys/run/web\n`);
  });

  const failures = [
    ["exits with 3", "exit 3", "prestart hook failed: exit status 3"],
    ["is killed", "kill -9 $$", "prestart hook failed: signal 9"],
  ];
  test.each(failures)("keeps the process from starting when it %s", async (_, hook, message) => {
    await using root = new BoshRoot();
    jobWithHook(root, hook ?? "", "echo never");
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toStartWith(`Error: failed to start job-process: ${message}`);
    expect(root.stdout("web")).toBe("");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("makes run exit 1 when it fails", async () => {
    await using root = new BoshRoot();
    jobWithHook(root, "exit 3", "echo never");
    const { code, stdout, stderr } = await root.bpm(["run", "web"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("failed to run job-process: prestart hook failed: exit status 3");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("that is missing is named", async () => {
    await using root = new BoshRoot();
    root.job("web", script("true", { hooks: { pre_start: "/no/such/hook" } }));
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toContain("/no/such/hook");
    expect(leftovers(root)).toEqual(nothing);
  });

  const empty = ["hooks: {}", "hooks:", "hooks: {pre_start: }", 'hooks: {pre_start: ""}'];
  test.each(empty)("is none: %s", async (line) => {
    await using root = new BoshRoot();
    root.job("web", `processes:\n- name: web\n  executable: /bin/true\n  ${line}\n`);
    expect((await root.bpm(["run", "web"])).code).toBe(0);
  });

  test("inherits no descriptor but its streams", async () => {
    await using root = new BoshRoot();
    jobWithHook(root, "ls -l /proc/$$/fd", "true");
    await root.start("web");
    const open = [...root.stdout("web").matchAll(/(\d+) -> (.*)/g)].map(([link]) => link);
    const logs = `${root.path}/data/sys/log/web/web`;
    // A shell keeps the script itself open, as 10 or 255.
    expect(open.filter((link) => !link.endsWith(`${root.path}/data/hook`))).toEqual([
      "0 -> /dev/null",
      `1 -> ${logs}.stdout.log`,
      `2 -> ${logs}.stderr.log`,
    ]);
  });
});

describe.skipIf(!isSandboxed)("A pre_start hook runs as root, so", () => {
  const show = "echo $HOME; echo ${TMPDIR-none}; echo $PATH; pwd; ps -o sid= -p $$";

  test("its home, search path and directory are not vcap's to write to", async () => {
    await using root = new BoshRoot();
    jobWithHook(root, show, "true");
    await root.mustBpm(["start", "web"], { cwd: "/tmp" });
    const [home, tmp, path = "", directory, session] = root.stdout("web").split("\n");
    expect([home, tmp, directory]).toEqual(["/root", "none", "/"]);
    expect(path.split(":")).toEqual([
      "/var/vcap/jobs/web/bin",
      ...["/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin", "/bin", "/sbin"],
    ]);
    expect(Number(session)).toBeGreaterThan(1);
  });

  test("it finds what bpm.yml and the command line say instead", async () => {
    await using root = new BoshRoot();
    const hooks = { pre_start: root.write("data/hook", `#!/bin/sh\n${show}\n`, 0o755) };
    const env = { HOME: "/h", TMPDIR: "/t", PATH: "/usr/bin:/bin:." };
    root.job("web", script("true", { hooks, env }));
    await root.mustBpm(["run", "web", "-e", "HOME=/e"]);
    expect(root.stdout("web")).toStartWith("/e\n/t\n/usr/bin:/bin:.\n/\n");
  });

  test("it runs nothing that vcap has put into the job's own directories", async () => {
    await using root = new BoshRoot();
    const hook = 'echo "$(cat ~/.planted 2>/dev/null)"; planted 2>/dev/null || echo clean';
    const hooks = { pre_start: root.write("data/hook", `#!/bin/bash\n${hook}\n`, 0o755) };
    root.job("web", script("true", { hooks, ephemeral_disk: true }));
    const home = root.at("data/web");
    mkdirSync(home);
    chownSync(home, vcap.uid, vcap.gid);
    for (const name of [".planted", "planted"]) {
      writeFileSync(`${home}/${name}`, "#!/bin/sh\necho planted\n");
      chmodSync(`${home}/${name}`, 0o755);
      chownSync(`${home}/${name}`, vcap.uid, vcap.gid);
    }
    await root.mustBpm(["run", "web"], { cwd: home });
    expect(root.stdout("web")).toBe("\nclean\n");
  });
});

/** A hook that stays, with a child in another session, and notes down both pids. */
const staying = 'setsid sleep 1000 & echo "pids $$ $!"; sleep 1000';

/** Starts bpm, and waits until its hook stays. */
async function inHook(root: BoshRoot, args: readonly string[], hook = staying) {
  const hooks = { pre_start: root.write("data/hook", `#!/bin/sh\n${hook}\n`, 0o755) };
  root.job("web", { ...probeSleeping, hooks });
  const running = root.spawn(args);
  await root.printed("web", "pids ");
  const [, ...pids] = /pids (\d+) (\d+)/.exec(root.stdout("web")) ?? [];
  return { running, pids: pids.map(Number) };
}

/** Whether another bpm could have the lifecycle lock. */
function isLockFree(root: BoshRoot): boolean {
  const file = root.at("data/bpm/locks/job-bpm-web.2eweb.lock");
  return Bun.spawnSync(["flock", "--nonblock", file, "true"]).success;
}

describe.skipIf(!isSandboxed)("A pre_start hook ends with bpm", () => {
  const signals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const;
  test.each(signals)("when that is ended by %s, and all that it has started", async (signal) => {
    await using root = new BoshRoot();
    const { running, pids } = await inHook(root, ["start", "web"]);
    running.kill(signal);
    await running.exited;
    await eventually("the lock", () => isLockFree(root));
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect((await root.bpm(["list"])).stdout).toMatch(/web +- +failed/);
    await root.stop("web");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("though it ignores TERM, and has the lock until then", async () => {
    await using root = new BoshRoot();
    const ignoring = `trap "" TERM; ${staying}`;
    const { running, pids } = await inHook(root, ["run", "web"], ignoring);
    running.kill("SIGTERM");
    await running.exited;
    await eventually("the lock, or the hook's end", () => {
      if (isLockFree(root)) return true;
      expect(isAlive(pids[0] ?? 0) || isLockFree(root)).toBe(true);
      return false;
    });
    expect(pids.map(isAlive)).toEqual([false, false]);
    await root.stop("web");
  });

  test("and not before: what it leaves running goes on", async () => {
    await using root = new BoshRoot();
    const leaving = 'sleep 1000 & echo "pids $$ $!"';
    const { running, pids } = await inHook(root, ["start", "web"], leaving);
    await running.exited;
    expect(exitStatus(running)).toBe(0);
    const daemon = pids[1] ?? 0;
    expect(isAlive(daemon)).toBe(true);
    process.kill(daemon);
    await root.stop("web");
  });
});

describe.skipIf(!isSandboxed)("A stop during a pre_start hook", () => {
  test.each(["start", "run"])("ends it, and the %s that waits for it", async (command) => {
    await using root = new BoshRoot();
    const { running, pids } = await inHook(root, [command, "web"]);
    expect(await root.bpm(["stop", "web"])).toEqual({ code: 0, stdout: "", stderr: "" });
    await running.exited;
    expect(exitStatus(running)).toBe(1);
    expect(await new Response(running.stderr).text()).toContain(
      "prestart hook failed: it was told to end, as bpm stop does",
    );
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(root.bpmMessages("web")).toContain("ending-hook");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("lets it end in an orderly way, which is no success", async () => {
    await using root = new BoshRoot();
    const tidy = `trap "echo tidy; exit 0" TERM; ${staying} & wait`;
    const { running } = await inHook(root, ["start", "web"], tidy);
    await root.stop("web");
    await running.exited;
    expect(exitStatus(running)).toBe(1);
    expect(root.stdout("web")).toContain("tidy");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("does not wait for a start that is suspended", async () => {
    await using root = new BoshRoot();
    const { running, pids } = await inHook(root, ["start", "web"]);
    running.kill("SIGSTOP");
    await root.stop("web");
    await running.exited;
    expect(root.bpmMessages("web")).toContain("ending-unfinished");
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(leftovers(root)).toEqual(nothing);
  });
});

describe.skipIf(!isSandboxed)("A pre_start hook that cannot be executed", () => {
  const rows = [
    ["has Windows line ends", "#!/bin/sh\r\n", "exec interpreter of", "carriage return"],
    ["has no such interpreter", "#!/no/such\n", "exec interpreter of", "names /no/such, which"],
    ["names no interpreter", "true\n", "exec pre_start", "needs a first line"],
    ["is cut off", "\u007fELF", "exec pre_start", "built for another machine"],
  ] as const;
  test.each(rows)("since it %s is told with the reason", async (_, content, step, hint) => {
    await using root = new BoshRoot();
    const hooks = { pre_start: root.write("data/hook", content, 0o755) };
    root.job("web", { ...probeSleeping, hooks });
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`prestart hook failed: ${step} hook ${root.at("data/hook")}: `);
    expect(stderr).toContain(hint);
    expect(leftovers(root)).toEqual(nothing);
  });
});
