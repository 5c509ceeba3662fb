/** bpm-supervise: output to terminal and logs, signals, the end of an errand. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closeSync, existsSync, mkdtempSync, readSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childrenOf, isAlive, readProcessFile, readStat } from "../../support/process.ts";
import { buildMilliseconds, buildPrograms } from "../../support/programs.ts";
import { eventually } from "../../support/wait.ts";
import { Scratch } from "../../unit/lifecycle/fixtures.ts";
import { openPipe, sendSignal } from "../init/harness.ts";
import { removeDirectories, type Supervisor, supervise } from "./harness.ts";

let directory = "";

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "bpm-terminal-"));
  await buildPrograms();
}, buildMilliseconds);

afterAll(() => {
  rmSync(directory, { recursive: true });
  removeDirectories();
});

/** A script's step that waits for the test to call `go`. */
const until = (name: string): string => `until [ -e ${name} ]; do sleep 0.01; done`;
const go = (run: Supervisor, name: string): void => writeFileSync(run.path(name), "");

const failure = (status: number): string =>
  `Error: failed to run job-process: exit status ${status} (exit status ${status})\n`;

/** Waits until signals are the supervisor's to forward: before it blocks them, they end it. */
async function untilSupervising(run: Supervisor): Promise<void> {
  await eventually("the supervisor", () => {
    const status = readProcessFile(run.process.pid, "status");
    return status?.startsWith("Name:\tbpm-supervise") && !/^SigBlk:\t0+$/m.test(status);
  });
}

/** A pipe in the place of a terminal, whose reader is the test. */
let pipes = 0;
function openTerminal(): { reader: number; writer: number } {
  pipes += 1;
  return openPipe(join(directory, String(pipes)));
}

async function readAll(reader: number): Promise<string> {
  let text = "";
  const buffer = Buffer.alloc(1 << 16);
  await eventually("the end of the output", () => {
    try {
      const len = readSync(reader, buffer);
      text += buffer.toString("utf8", 0, len);
      return len === 0;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      return false;
    }
  });
  closeSync(reader);
  return text;
}

describe("an errand", () => {
  test("that fails: its output in both places, the status on stderr and in bpm.log", async () => {
    const run = supervise({ script: "echo out; echo err >&2; exit 3" });
    expect(await run.process.exited).toBe(3);
    expect(run.text("stdout")).toBe("out\n");
    expect(run.text("stdout.log")).toBe("out\n");
    expect(run.text("stderr")).toBe(`err\n${failure(3)}`);
    expect(run.text("stderr.log")).toBe("err\n");
    const lines = run
      .text("bpm.log")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    expect(lines).toEqual([
      { timestamp, level: "error", error: "exit status 3", reason: "exit status 3" },
      { timestamp, level: "info" },
    ]);
    expect(Math.abs(Date.parse(lines[0].timestamp) - Date.now())).toBeLessThan(60_000);
  });

  test("whose init noted that memory ran out: told before the status, and in bpm.log", async () => {
    const record = '{"exit_code":null,"signal":9,"oom_killed":true,"ended_ms":1}';
    const run = supervise({ script: `echo '${record}' >state/exit.json; exit 137` });
    expect(await run.process.exited).toBe(137);
    expect(run.text("stderr")).toBe(`Warning: memory ran out\n${failure(137)}`);
    expect(run.text("bpm.log")).toContain('"message":"out-of-memory"');
    expect(run.text("bpm.log")).toContain('"reason":"SIGKILL, out of memory"');
  });

  test("that was killed with its init: its cgroups tell whether memory ran out", async () => {
    const kills = "oom 3\noom_kill 2\n";
    for (const [version, file] of [
      [1, "memory.oom_control"],
      [2, "memory.events"],
    ] as const) {
      using cgroup = new Scratch();
      cgroup.write({ [file]: kills });
      const cgroups = [{ version, directory: cgroup.path, unit: null }];
      const run = supervise({ script: "kill -KILL $$", request: { cgroups } });
      expect(await run.process.exited).toBe(137);
      // This one is only a directory, with a file in it.
      const complaint = `Error: could not remove cgroup ${cgroup.path}: ENOTEMPTY\n`;
      expect(run.text("stderr")).toBe(`${complaint}Warning: memory ran out\n${failure(137)}`);
      const reason = "killed together with its init, out of memory";
      expect(run.text("bpm.log")).toContain(`"reason":"${reason}"`);
    }
  });

  test("that succeeds: nothing more is said, and nothing is left", async () => {
    const run = supervise({ script: "echo out" });
    expect(await run.process.exited).toBe(0);
    expect(run.text("stderr")).toBe("");
    expect(run.text("bpm.log")).toContain('"message":"complete"');
    expect(existsSync(run.path("state"))).toBe(false);
  });

  test("that ended before the supervisor began", async () => {
    // A shell would reap the child itself.
    const untilZombie = `
      open my $list, "<", "/proc/$$/task/$$/children"; my ($child) = split " ", <$list>;
      while (1) {
        open my $stat, "<", "/proc/$child/stat"; last if <$stat> =~ /\\) Z /;
        select(undef, undef, undef, 0.01);
      }
      exec @ARGV`;
    const run = supervise({ script: "echo out; exit 4", before: ["perl", "-e", untilZombie] });
    expect(await run.process.exited).toBe(4);
    expect(run.text("stdout")).toBe("out\n");
  });

  test("with much output on both streams: not a byte is lost", async () => {
    const count = 300_000;
    const run = supervise({ script: `seq ${count} & seq ${count} >&2; wait` });
    expect(await run.process.exited).toBe(0);
    const expected = Array.from({ length: count }, (_, index) => `${index + 1}\n`).join("");
    for (const name of ["stdout", "stdout.log", "stderr", "stderr.log"]) {
      expect(Bun.hash(run.text(name))).toBe(Bun.hash(expected));
    }
  });

  test("whose pipes a stranger keeps open is not waited for", async () => {
    const run = supervise({ script: "sleep 1000 & echo $!; exit 5" });
    expect(await run.process.exited).toBe(5);
    await sendSignal(Number(run.text("stdout.log")), 9);
  });

  test("that leaves something: it is told, and the errand's status stays", async () => {
    const run = supervise({ script: "touch state/left; exit 6" });
    expect(await run.process.exited).toBe(6);
    const message = `Error: could not remove ${run.path("state")}: ENOTEMPTY\n`;
    expect(run.text("stderr")).toBe(message + failure(6));
  });
});

describe("signals", () => {
  const notForwarded = [9, 17, 19];
  const notEnding = [18, 20, 21, 22, 23, 28];
  const ending = Array.from({ length: 64 }, (_, index) => index + 1).filter(
    (signal) => ![...notForwarded, ...notEnding].includes(signal),
  );

  test("every one that ends a process reaches the init", async () => {
    for (const signal of ending) {
      const run = supervise({ script: "exec sleep 1000" });
      await untilSupervising(run);
      const [init = 0] = childrenOf(run.process.pid);
      // A shell may be about to wait for what it has started, and a signal is for what it becomes.
      await eventually("the errand", () => readProcessFile(init, "comm") === "sleep\n");
      await sendSignal(run.process.pid, signal);
      expect(await run.process.exited).toBe(128 + signal);
      expect(run.text("stderr")).toBe(failure(128 + signal));
    }
  }, 300_000);

  test("those that stop the errand do not stop the supervisor", async () => {
    // By itself the kernel stops no process of an orphaned group, as there is without a terminal.
    const script =
      "trap 'kill -STOP $$' TSTP TTIN TTOU; trap 'kill $!; exit 143' TERM;" +
      " sleep 1000 & while :; do wait; done";
    const run = supervise({ script });
    await untilSupervising(run);
    const [init = 0] = childrenOf(run.process.pid);
    await eventually("the errand's traps", () => childrenOf(init).length > 0);
    for (const signal of [20, 21, 22]) {
      await sendSignal(run.process.pid, signal);
      await eventually(`a stop by ${signal}`, () => readStat(init)?.state === "T");
      await sendSignal(run.process.pid, 18);
      await eventually("its continuation", () => readStat(init)?.state === "S");
    }
    await sendSignal(run.process.pid, 15);
    expect(await run.process.exited).toBe(143);
  });
});

describe("a terminal", () => {
  /** More than the pipes and the backlog hold; TERM ends it while it waits to write. */
  const chatty = "trap 'exit 7' TERM; seq 200000 & echo $! >pid; wait; exit 8";

  async function startChatty(writer: number): Promise<Supervisor> {
    const run = supervise({ script: chatty, stdout: writer });
    closeSync(writer);
    await untilSupervising(run);
    await eventually("a full backlog", () => run.text("stdout.log").length >= 64 << 10);
    return run;
  }

  /** In a sandbox it would be dead by now. */
  const endSeq = async (run: Supervisor): Promise<void> => {
    const pid = Number(run.text("pid"));
    if (isAlive(pid)) await sendSignal(pid, 9);
  };

  test("that nobody reads keeps no signal from the errand, and gets all in the end", async () => {
    const { reader, writer } = openTerminal();
    const run = await startChatty(writer);
    await sendSignal(run.process.pid, 15);
    const output = await readAll(reader);
    expect(await run.process.exited).toBe(7);
    expect(output.length).toBeGreaterThan(64 << 10);
    expect(output).toBe(run.text("stdout.log"));
    await endSeq(run);
  });

  test("that nobody reads does not keep the supervisor from ending", async () => {
    const { reader, writer } = openTerminal();
    const run = await startChatty(writer);
    await sendSignal(run.process.pid, 15);
    // Its init is reaped, and it waits for the reader: the state is gone by then.
    await eventually("the clean-up", () => !existsSync(run.path("state")));
    await sendSignal(run.process.pid, 15);
    expect(await run.process.exited).toBe(7);
    closeSync(reader);
    await endSeq(run);
  });

  test("that is closed: the errand does not notice, and the logs go on", async () => {
    const { reader, writer } = openTerminal();
    closeSync(reader);
    const steps = `echo a; ${until("one")}; echo b; ${until("two")}; exit 9`;
    const run = supervise({ script: steps, stdout: writer });
    closeSync(writer);
    await eventually("the first line", () => run.text("stdout.log") === "a\n");
    go(run, "one");
    await eventually("the second line", () => run.text("stdout.log") === "a\nb\n");
    go(run, "two");
    expect(await run.process.exited).toBe(9);
  });

  test("keeps its flags: those who share it find it blocking", async () => {
    const { reader, writer } = openTerminal();
    const run = supervise({ script: `echo a; ${until("one")}`, stdout: writer });
    closeSync(writer);
    await eventually("the output", () => run.text("stdout.log") === "a\n");
    const flags = await Bun.file(`/proc/${run.process.pid}/fdinfo/1`).text();
    const O_NONBLOCK = 0o4000;
    expect(Number.parseInt(flags.match(/flags:\s*(\d+)/)?.[1] ?? "", 8) & O_NONBLOCK).toBe(0);
    go(run, "one");
    expect(await run.process.exited).toBe(0);
    expect(await readAll(reader)).toBe("a\n");
  });

  test("gets what a full disk does not take", async () => {
    const run = supervise({ script: "echo a; echo b", stdoutLog: "/dev/full" });
    expect(await run.process.exited).toBe(0);
    expect(run.text("stdout")).toBe("a\nb\n");
  });
});

describe("a request", () => {
  test("that differs from the schema is refused", async () => {
    const surprise: object = { surprise: 1 };
    const run = supervise({ script: "exit 0", request: { ...surprise } });
    expect(await run.process.exited).toBe(1);
    expect(run.text("stderr")).toBe("Error: could not parse bpm's request: EBADMSG\n");
  });

  test("for somebody else's process is refused", async () => {
    const run = supervise({ script: "exit 3", request: { pid: process.pid } });
    expect(await run.process.exited).toBe(1);
    expect(run.text("stderr")).toBe("Error: could not wait for the sandbox: ECHILD\n");
  });
});
