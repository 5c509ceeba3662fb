import { describe, expect, test } from "bun:test";
import { BoshRoot, pidfile } from "../support/bosh-root.ts";
import { leftovers, nothing } from "../support/clean-up.ts";
import { run } from "../support/command.ts";
import { probeSleeping } from "../support/inside.ts";
import { childrenOf, isAlive } from "../support/process.ts";
import { isSandboxed } from "../support/product.ts";
import { eventually } from "../support/wait.ts";
import { Monit, monitFile } from "./monit.ts";

/** The pid in the pidfile once a process runs that is not `before`. */
async function runningPid(root: BoshRoot, before = 0): Promise<number> {
  const pid = () => (root.exists(pidfile("web")) ? Number(root.read(pidfile("web"))) : 0);
  await eventually("a new pid", () => pid() !== 0 && pid() !== before && isAlive(pid()));
  return pid();
}

async function started() {
  const root = new BoshRoot("/var/vcap");
  root.job("web", probeSleeping);
  const monit = await Monit.start(root, [monitFile("web")]);
  // Until monit has seen the end of its start, it waits for nothing else.
  await monit.until("web-web", /^OK$/);
  return { root, monit, pid: await runningPid(root) };
}

describe.skipIf(!isSandboxed)("Under monit", () => {
  test("a process is started, and is what monit watches", async () => {
    const { root, monit, pid } = await started();
    await using _root = root;
    await using _monit = monit;
    expect((await root.bpm(["pid", "web"])).stdout).toBe(`${pid}\n`);
    expect((await root.bpm(["list"])).stdout).toContain(`${pid}`);
  });

  test("a process whose program dies is started again", async () => {
    const { root, monit, pid } = await started();
    await using _root = root;
    await using _monit = monit;
    const [program = 0] = childrenOf(pid);
    process.kill(program, "SIGKILL");
    const second = await runningPid(root, pid);
    expect(isAlive(pid)).toBe(false);
    expect((await root.bpm(["pid", "web"])).stdout).toBe(`${second}\n`);
    expect(root.bpmMessages("web")).toContain("removing-stopped-process");
  });

  test("a process whose init is killed is started again", async () => {
    const { root, monit, pid } = await started();
    await using _root = root;
    await using _monit = monit;
    process.kill(pid, "SIGKILL");
    await runningPid(root, pid);
  });

  test("monit restart gives one new process, though start and stop overlap", async () => {
    const { root, monit, pid } = await started();
    await using _root = root;
    await using _monit = monit;
    await monit.tell("restart", "web-web");
    const second = await runningPid(root, pid);
    await monit.until("web-web", /^OK$/);
    expect(isAlive(pid)).toBe(false);
    expect((await root.bpm(["list"])).stdout).toMatch(new RegExp(`web +${second} +running`));
  });

  test("monit stop leaves nothing", async () => {
    const { root, monit } = await started();
    await using _root = root;
    await using _monit = monit;
    await monit.tell("stop", "web-web");
    await monit.until("web-web", /^Not monitored$/);
    await eventually("nothing left", () => {
      const { processes, states, pidfiles } = leftovers(root);
      return processes.length + states.length + pidfiles.length === 0;
    });
    expect(leftovers(root)).toEqual(nothing);
  });

  test("a process that is unmonitored goes on, and stays stopped once stopped", async () => {
    const { root, monit, pid } = await started();
    await using _root = root;
    await using _monit = monit;
    await monit.tell("unmonitor", "web-web");
    await monit.until("web-web", /^Not monitored$/);
    expect(isAlive(pid)).toBe(true);
    await root.stop("web");
    expect(isAlive(pid)).toBe(false);
    await monit.tell("monitor", "web-web");
    await runningPid(root, pid);
  });

  test("a process outlives monit, and a new monit finds it", async () => {
    const { root, monit, pid } = await started();
    await using _root = root;
    await monit[Symbol.asyncDispose]();
    expect(isAlive(pid)).toBe(true);
    await using second = await Monit.start(root, [monitFile("web")]);
    await second.until("web-web", /^OK$/);
    expect(root.pid("web")).toBe(pid);
  });

  test("a process that cannot start is reported, and started when it can", async () => {
    await using root = new BoshRoot("/var/vcap");
    root.job("web", { executable: "/var/vcap/packages/absent/bin/web" });
    await using monit = await Monit.start(root, [monitFile("web", "web", 2)]);
    await monit.until("web-web", /Execution failed|Does not exist/);
    // monit may say so before its start has come to an end.
    await eventually("the failure", () => root.bpmMessages("web").includes("failed-to-start"));
    root.job("web", probeSleeping);
    await runningPid(root);
    await monit.until("web-web", /^OK$/);
  });

  test("a real server serves, comes back after a crash, and says goodbye", async () => {
    await using root = new BoshRoot("/var/vcap");
    const socket = "/var/vcap/data/redis/redis.sock";
    const settings = ["--port", "0", "--unixsocket", socket, "--dir", "/var/vcap/data/redis"];
    root.job("redis", {
      executable: "/usr/bin/redis-server",
      args: settings,
      ephemeral_disk: true,
      limits: { memory: "128M", open_files: 1024, processes: 20 },
    });
    await using monit = await Monit.start(root, [monitFile("redis")]);
    const ping = ["redis-cli", "-s", socket, "ping"];
    const answers = async () => (await run(ping)).stdout === "PONG\n";
    await eventually("PONG", answers);
    const first = root.pid("redis");
    for (const program of childrenOf(first)) process.kill(program, "SIGSEGV");
    await eventually("another PONG", async () => !isAlive(first) && (await answers()));
    await monit.tell("stop", "redis-redis");
    await eventually("the end", async () => (await root.bpm(["pid", "redis"])).code === 1);
    expect(root.stdout("redis")).toContain("bye bye");
  });
});
