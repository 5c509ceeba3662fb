/** `bpm trace`: who is traced, what ends it, and that the job takes no harm. */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { BoshRoot, probe } from "../../support/bosh-root.ts";
import { exitStatus, plainEnvironment, run } from "../../support/command.ts";
import { probeSleeping, script } from "../../support/inside.ts";
import { InteractiveShell } from "../../support/interactive-shell.ts";
import {
  argumentsOf,
  descendantsOf,
  isAlive,
  readProcessFile,
  readStat,
  statusField,
} from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

/** A shell that counts on, with children and grandchildren, some of which have threads. */
const family = script(`
  ${probe} threads 2 &
  ${probe} threads 2 leave &
  sh -c 'sleep 1000 & wait' &
  while :; do count=$((count + 1)); echo $count >$TMPDIR/count; sleep 0.02; done
`);

/** A `bpm trace` at work, and what it has said. */
class Trace {
  readonly child;
  said = "";
  readonly #done: Promise<void>;

  constructor(root: BoshRoot, args: readonly string[], env: Record<string, string> = {}) {
    this.child = root.spawn(["trace", ...args], env);
    this.#done = this.#listen();
  }

  async #listen(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.child.stderr) this.said += decoder.decode(bytes);
  }

  async says(text: string): Promise<void> {
    await eventually(`"${text}" from bpm trace`, () => this.said.includes(text));
  }

  /** The exit status. */
  async ended(): Promise<number> {
    await Promise.all([this.child.exited, this.#done]);
    return exitStatus(this.child);
  }
}

/** The tracer of every living thread of a job, 0 for none. */
function tracers(init: number): number[] {
  return [init, ...descendantsOf(init)].flatMap((pid) => {
    const tids = isAlive(pid) || readStat(pid)?.state === "Z" ? threadsOf(pid) : [];
    return tids.filter(isAlive).flatMap((tid) => {
      const status = readProcessFile(tid, "status");
      return status === undefined ? [] : [Number(statusField(status, "TracerPid"))];
    });
  });
}

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return []; // gone
  }
}

const isTraced = (init: number) => tracers(init).every((tracer) => tracer !== 0);
const isUntraced = (init: number) => tracers(init).every((tracer) => tracer === 0);
/** The straces that are at work on a job. */
const stracesOn = (init: number) => [...new Set(tracers(init))].filter((pid) => pid !== 0);

/** Waits until the job has counted on. */
async function goesOn(root: BoshRoot): Promise<void> {
  const count = () => Number(root.read("data/web/tmp/count"));
  const before = count();
  await eventually("the job to count on", () => count() > before + 2);
}

/** Starts the family, and returns its init when all nine of its lasting threads are there. */
async function startFamily(root: BoshRoot): Promise<number> {
  root.job("web", family);
  const init = await root.start("web");
  await eventually("nine threads", () => tracers(init).length >= 9);
  await eventually("a first count", () => root.exists("data/web/tmp/count"));
  return init;
}

/** Traces the family from outside until everything of it is traced. */
async function traceFamily(root: BoshRoot, init: number): Promise<Trace> {
  const trace = new Trace(root, ["web"]);
  await eventually("all to be traced", () => isTraced(init));
  return trace;
}

describe.skipIf(!isSandboxed)("bpm trace", () => {
  test("follows every task: the init, children, grandchildren and threads", async () => {
    await using root = new BoshRoot();
    const init = await startFamily(root);
    const trace = await traceFamily(root, init);
    const [strace = 0] = stracesOn(init);
    const words = argumentsOf(strace);
    expect(words.slice(0, 6)).toEqual(["strace", "-s", "100", "-f", "-y", "-yy"]);
    expect(words.slice(6, 8)).toEqual(["-p", String(init)]);
    await trace.says(`strace: Process ${init} attached\n`);
    await trace.says("</var/vcap/data/web/tmp/count>");
    trace.child.kill("SIGINT");
    expect(await trace.ended()).toBe(0);
    expect(await new Response(trace.child.stdout).text()).toBe("");
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("ends well on %s", async (signal) => {
    await using root = new BoshRoot();
    const init = await startFamily(root);
    const trace = await traceFamily(root, init);
    const straces = stracesOn(init);
    trace.child.kill(signal);
    expect(await trace.ended()).toBe(0);
    expect(trace.said).toContain(`strace: Process ${init} detached\n`);
    expect(trace.said).not.toContain("Error");
    expect(straces.filter(isAlive)).toEqual([]);
    expect(isUntraced(init)).toBe(true);
    await goesOn(root);
  });

  test("ends with the job, whatever its end is", async () => {
    await using root = new BoshRoot();
    const init = await startFamily(root);
    const trace = await traceFamily(root, init);
    await root.stop("web");
    expect(await trace.ended()).toBe(0);
    expect(trace.said).toContain("--- SIGTERM ");
    expect(trace.said).not.toContain("Error");
  });

  test("leaves no strace behind when it is killed, and the job goes on", async () => {
    await using root = new BoshRoot();
    const init = await startFamily(root);
    const trace = await traceFamily(root, init);
    const straces = stracesOn(init);
    trace.child.kill("SIGKILL");
    await eventually("strace's end", () => straces.filter(isAlive).length === 0);
    await eventually("an untraced job", () => isUntraced(init));
    await goesOn(root);
  });

  test("ends when nobody reads it any more, though the job does nothing", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const init = await root.start("web");
    const script = `${root.bpmProgram} trace web 2>&1 | head -n 1; echo \${PIPESTATUS[0]}`;
    const shell = Bun.spawnSync(["/bin/bash", "-c", script], {
      env: { ...plainEnvironment, ...root.environment() },
    });
    expect(shell.stdout.toString()).toBe(`strace: Process ${init} attached\n141\n`);
    expect(isUntraced(init)).toBe(true);
  });

  test("goes by what was started: bpm.yml may be invalid by now", async () => {
    await using root = new BoshRoot();
    root.job("web", [{ name: "worker", args: ["sleep"] }]);
    const init = await root.start("web", "worker");
    root.job("web", "processes: [");
    const trace = new Trace(root, ["web", "-p", "worker"]);
    await eventually("all to be traced", () => isTraced(init));
    trace.child.kill("SIGINT");
    expect(await trace.ended()).toBe(0);
  });

  test("traces an errand of bpm run to its end", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("echo ready; until [ -e $TMPDIR/go ]; do sleep 0.02; done; exit 3"));
    const running = root.spawn(["run", "errand"]);
    await root.printed("errand", "ready");
    const trace = new Trace(root, ["errand"]);
    await trace.says("clock_nanosleep");
    root.write("data/errand/tmp/go", "");
    expect(await trace.ended()).toBe(0);
    await running.exited;
    expect(exitStatus(running)).toBe(3);
  });
});

/** A program called strace that does something before it becomes the real one. */
function straceThatFirst(root: BoshRoot, commands: string): Record<string, string> {
  root.write("tools/strace", `#!/bin/bash\n${commands}\nexec /usr/bin/strace "$@"\n`, 0o755);
  return { PATH: `${root.at("tools")}:${plainEnvironment.PATH}` };
}

describe.skipIf(!isSandboxed)("While strace is on its way to a job,", () => {
  test("what the job forks is not lost", async () => {
    await using root = new BoshRoot();
    // The child of a child that has gone, so that nothing but its cgroup leads to it.
    const fork = "(sh -c 'sleep 1000 & sleep 1000 & wait' &)";
    root.job("web", script(`trap "${fork}" USR1; echo ready; while :; do sleep 0.02; done`));
    const init = await root.start("web");
    await root.printed("web", "ready");
    const born = `[ "$(pgrep -c -x sleep -P "$(pgrep -d, -P ${init})")" -ge 2 ]`;
    const env = straceThatFirst(root, `kill -USR1 ${init}; until ${born}; do sleep 0.02; done`);
    const trace = new Trace(root, ["web"], env);
    await eventually("all to be traced", () => tracers(init).length >= 5 && isTraced(init));
    trace.child.kill("SIGINT");
    expect(await trace.ended()).toBe(0);
    expect(isUntraced(init)).toBe(true);
  });

  test("another process that gets the pid of one of the job's is let go", async () => {
    await using root = new BoshRoot();
    root.job("web", script("sleep 1000 & echo ready; wait; sleep 1000"));
    const init = await root.start("web");
    await root.printed("web", "ready");
    const victim = descendantsOf(init).find((pid) => readStat(pid)?.comm === "sleep") ?? 0;
    // The next process gets the number after this one, unless somebody else forks meanwhile.
    const take = `echo ${victim - 1} >/proc/sys/kernel/ns_last_pid; sleep 987 &`;
    const env = straceThatFirst(
      root,
      `
      [ -d ${root.at("stranger")} ] && exec /usr/bin/strace "$@"
      mkdir ${root.at("stranger")}
      kill ${victim}; while [ -e /proc/${victim} ]; do sleep 0.01; done
      for try in {1..100}; do
        ${take}
        [ $! = ${victim} ] && break
        kill $!
      done`,
    );
    const trace = new Trace(root, ["web"], env);
    await trace.says(`strace: Process ${victim} attached`);
    expect(argumentsOf(victim)).toEqual(["sleep", "987"]);
    try {
      await eventually("the stranger's release", () => {
        const status = readProcessFile(victim, "status") ?? "";
        return statusField(status, "TracerPid") === "0";
      });
      await eventually("all of the job to be traced", () => isTraced(init));
    } finally {
      process.kill(victim, "SIGKILL");
    }
    trace.child.kill("SIGINT");
    expect(await trace.ended()).toBe(0);
  });

  test("a job that forks all the time is neither pursued for ever nor harmed", async () => {
    await using root = new BoshRoot();
    const storm =
      "count=0; while :; do (sleep 0.5; :) & count=$((count + 1)); echo $count " +
      ">$TMPDIR/count; sleep 0.002; done";
    root.job("web", script(storm, { limits: { processes: 2000 } }));
    const init = await root.start("web");
    await eventually("a storm", () => descendantsOf(init).length > 50);
    const trace = new Trace(root, ["web"]);
    await trace.says("clock_nanosleep");
    trace.child.kill("SIGINT");
    expect(await trace.ended()).toBe(0);
    expect(isUntraced(init)).toBe(true);
    await goesOn(root);
  });
});

describe.skipIf(!isSandboxed)("bpm trace fails", () => {
  const notRunning = "Error: process is not running or could not be found\n";

  test("when the process does not run", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    expect(await root.bpm(["trace", "web"])).toEqual({ code: 1, stdout: "", stderr: notRunning });
    process.kill(await root.start("web"), "SIGKILL");
    await eventually("its end", async () => (await root.bpm(["pid", "web"])).code === 1);
    expect(await root.bpm(["trace", "web"])).toEqual({ code: 1, stdout: "", stderr: notRunning });
  });

  test("where there is no strace, and says how to get it", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const { code, stderr } = await root.bpm(["trace", "web"], { env: { PATH: "/nowhere" } });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "Error: strace is not installed, or in no directory of PATH\n" +
        "Install it: apt-get install strace\n",
    });
  });

  test("when somebody else traces the process, and says who", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const init = await root.start("web");
    const first = new Trace(root, ["web"]);
    await eventually("all to be traced", () => isTraced(init));
    const [strace] = stracesOn(init);
    const { code, stderr } = await root.bpm(["trace", "web"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`strace: attach: ptrace(PTRACE_SEIZE, ${init}): Operation not `);
    expect(stderr).toEndWith(
      `Error: strace could not attach to bpm-web: process ${init} is traced by process ${strace} ` +
        "already\nThere can be one tracer at a time; end that one first.\n",
    );
    first.child.kill("SIGINT");
    expect(await first.ended()).toBe(0);
  });

  test("when it may not trace", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const trace = ["setpriv", "--bounding-set=-sys_ptrace", root.bpmProgram, "trace", "web"];
    const { code, stderr } = await run(trace, { env: root.environment() });
    expect(code).toBe(1);
    expect(stderr).toContain("\nError: strace could not attach to bpm-web: ptrace(2) is not ");
  });

  test("when strace is killed", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const init = await root.start("web");
    const trace = new Trace(root, ["web"]);
    await eventually("all to be traced", () => isTraced(init));
    for (const strace of stracesOn(init)) process.kill(strace, "SIGKILL");
    expect(await trace.ended()).toBe(1);
    expect(trace.said).toEndWith("Error: strace was ended by SIGKILL\n");
  });
});

describe.skipIf(!isSandboxed)("bpm trace at a terminal", () => {
  const shellAt = (root: BoshRoot) =>
    new InteractiveShell(["/bin/bash", "--norc"], {
      env: { ...plainEnvironment, ...root.environment(), TERM: "dumb", PS1: "$ " },
      cwd: "/",
    });

  test("ends on Ctrl-C", async () => {
    await using root = new BoshRoot();
    const init = await startFamily(root);
    await using shell = shellAt(root);
    const done = shell.run(`${root.bpmProgram} trace web; echo "status: $?"`);
    await eventually("all to be traced", () => isTraced(init));
    await eventually("the output", () => shell.shown.includes("</var/vcap/data/web/tmp/count>"));
    shell.type("\u0003");
    await done;
    expect(shell.shown).toContain("status: 0");
    expect(shell.shown).toContain(`strace: Process ${init} detached`);
    expect(isUntraced(init)).toBe(true);
    await goesOn(root);
  });

  test("does not stop the job when it is suspended with Ctrl-Z", async () => {
    await using root = new BoshRoot();
    const init = await startFamily(root);
    await using shell = shellAt(root);
    shell.type(`${root.bpmProgram} trace web\n`);
    await eventually("all to be traced", () => isTraced(init));
    shell.type("\u001a");
    await eventually("the shell's word", () => shell.shown.includes("Stopped"));
    await goesOn(root);
    const done = shell.run("kill %1; fg >/dev/null 2>&1; echo ended");
    await done;
    await eventually("an untraced job", () => isUntraced(init));
  });
});
