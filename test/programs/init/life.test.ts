/** bpm-init from its start to its end, run by itself as an ordinary process. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import {
  argumentsOf,
  childrenOf,
  descendantsOf,
  isAlive,
  readStat,
} from "../../support/process.ts";
import { buildMilliseconds, buildPrograms } from "../../support/programs.ts";
import { eventually } from "../../support/wait.ts";
import { removeDirectories, type Start, sendSignal, startInit } from "./harness.ts";

beforeAll(buildPrograms, buildMilliseconds);
afterAll(removeDirectories);

const shell = (script: string): string[] => ["/bin/sh", "-c", script];
const sleep = ["sleep", "1000"];

describe("the end of the main process", () => {
  test.each([0, 1, 3, 255])("exit status %d is recorded and passed on", async (status) => {
    const before = Date.now();
    const init = startInit({ argv: shell(`exit ${status}`) });
    expect(await init.process.exited).toBe(status);
    const { ended_ms, ended_boot_ms, ...rest } = init.record();
    expect(rest).toEqual({ exit_code: status, signal: null, oom_killed: false });
    expect(ended_ms).toBeGreaterThanOrEqual(before);
    expect(ended_ms).toBeLessThanOrEqual(Date.now());
    const uptime = readFileSync("/proc/uptime", "utf8");
    const sinceBoot = Number(uptime.split(" ")[0]) * 1000;
    expect(ended_boot_ms).toBeGreaterThanOrEqual(sinceBoot - (Date.now() - before) - 20);
    expect(ended_boot_ms).toBeLessThanOrEqual(sinceBoot + 20);
  });

  test("a signal is recorded, and becomes 128 and its number", async () => {
    const init = startInit({ argv: shell("kill -KILL $$") });
    expect(await init.process.exited).toBe(137);
    expect(init.record()).toMatchObject({ exit_code: null, signal: 9, oom_killed: false });
  });

  test("the pidfile is emptied", async () => {
    const init = startInit({ argv: sleep });
    await init.mainPid();
    expect(init.text("pidfile")).toBe("4711");
    await init.endWith(15);
    expect(init.text("pidfile")).toBe("");
  });

  test.each([
    ["has grown", "oom_kill_disable 0\\noom_kill 2\\n", true],
    ["has not", "oom_kill_disable 0\\noom_kill 1\\n", false],
    ["cannot be read", "", false],
  ])("a count of kills for memory that %s", async (_, after, expected) => {
    const init = startInit({
      argv: shell(`printf '${after}' > oom; exit 1`),
      oomEvents: "low 0\noom_kill 1\n",
    });
    await init.process.exited;
    expect(init.record().oom_killed).toBe(expected);
  });
});

describe("signals", () => {
  const children = [17];
  const uncatchable = [9, 19];
  const stopping = [20, 21, 22];
  const withoutEffect = [18, 23, 28];
  const spared = [...children, ...uncatchable, ...stopping, ...withoutEffect];
  const ending = Array.from({ length: 64 }, (_, index) => index + 1).filter(
    (signal) => !spared.includes(signal),
  );

  test.each(ending)("%d reaches the main process and ends it", async (signal) => {
    const init = startInit({ argv: sleep });
    await init.mainPid();
    expect(await init.endWith(signal)).toBe(128 + signal);
    expect(init.record().signal).toBe(signal);
  });

  test.each(withoutEffect)("%d reaches it, though a process may overlook it", async (signal) => {
    const trap = `trap 'echo caught' ${signal}; echo ready; while :; do read -t 0.1 <> <(:); done`;
    const init = startInit({ argv: ["/bin/bash", "-c", trap] });
    await eventually("the trap", () => init.text("stdout") === "ready\n");
    await sendSignal(init.process.pid, signal);
    await eventually("the signal", () => init.text("stdout") === "ready\ncaught\n");
    await init.endWith(15);
  });

  test.each(stopping)("%d stops the main process, which has not ended then", async (signal) => {
    const init = startInit({ argv: sleep });
    const main = await init.mainPid();
    await sendSignal(init.process.pid, signal);
    await eventually("the stop", () => readStat(main)?.state === "T");
    await sendSignal(init.process.pid, 18);
    await eventually("its continuation", () => readStat(main)?.state === "S");
    expect(await init.endWith(15)).toBe(143);
  });

  test("one that is pending before the job runs is not lost", async () => {
    const sendAndStart = `sh -c 'kill -TERM $$; exec "$0"' "\${@: -1}"`;
    const init = startInit({
      argv: sleep,
      through: `exec env -i --default-signal --block-signal=TERM ${sendAndStart}`,
    });
    expect(await init.process.exited).toBe(143);
    expect(init.record().signal).toBe(15);
  });
});

describe("the main process", () => {
  test("is the init's child and leads its own group", async () => {
    const init = startInit({ argv: sleep });
    const main = await init.mainPid();
    expect(readStat(main)).toMatchObject({ parent: init.process.pid, group: main, comm: "sleep" });
    expect(argumentsOf(main)).toEqual(sleep);
    expect(readStat(init.process.pid)?.comm).toBe("bpm-init");
    await init.endWith(15);
  });

  test("inherits no descriptor, environment, blocked signal or limit of the init's", async () => {
    const script = "env; ls /proc/self/fd; grep -E '^Sig(Blk|Ign)' /proc/self/status; ulimit -Ss";
    const init = startInit({
      argv: ["/bin/bash", "-c", script],
      env: ["B=2", "A=x=y", "EMPTY="],
      through: 'ulimit -Ss 4096; exec "$@"',
    });
    expect(await init.process.exited).toBe(0);
    // ls has a descriptor of its own for the directory; the shell sets the variables below.
    const own = (line: string): boolean => !/^(PWD|SHLVL|_)=/.test(line);
    expect(init.text("stdout").trimEnd().split("\n").filter(own)).toEqual([
      ...["B=2", "A=x=y", "EMPTY="],
      ...["0", "1", "2", "3"],
      ...["SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"],
      "4096",
    ]);
  });
});

describe("descendants", () => {
  const orphans = "for i in 1 2 3; do (sleep 0 & exec true); done; echo done; exec sleep 1000";

  test("those that lost their parent are reaped", async () => {
    const init = startInit({ argv: shell(orphans), subreaper: true });
    const main = await init.mainPid();
    await eventually("the orphans", () => init.text("stdout") === "done\n");
    await eventually("their end", () => childrenOf(init.process.pid).join() === String(main));
    await init.endWith(15);
  });

  test("a subreaper ends those that outlive the main process", async () => {
    const daemon = "setsid sh -c 'sleep 1000 & echo $!; exec sleep 1000' & echo $!";
    const untilBothRun = "until [ $(wc -l < stdout) = 2 ]; do sleep 0.01; done";
    const init = startInit({ argv: shell(`${daemon}; ${untilBothRun}`), subreaper: true });
    expect(await init.process.exited).toBe(0);
    const pids = init.text("stdout").trim().split("\n").map(Number);
    expect(pids.map(isAlive)).toEqual([false, false]);
  });
});

describe("the parent", () => {
  interface Orphan {
    readonly init: number;
    readonly main: number;
  }

  /** Starts the init below a process that is killed once the job runs. */
  async function orphan(start: Partial<Start>): Promise<Orphan> {
    // The parent must not keep the status pipe open.
    const through = '"$@" & exec 3>&-; echo $! >&2; exec sleep 1000';
    const started = startInit({ ...start, argv: sleep, through });
    expect(await started.report()).toBeNull();
    const init = Number(started.text("stderr"));
    const [main] = childrenOf(init);
    if (main === undefined) throw new Error("the init has no child");
    started.process.kill("SIGKILL");
    await started.process.exited;
    return { init, main };
  }

  test("takes a subreaper and its main process along", async () => {
    const { init, main } = await orphan({ dieWithParent: true, subreaper: true });
    await eventually("the end of the main process", () => !isAlive(main));
    await eventually("the end of the init", () => !isAlive(init));
  });

  test("takes a PID 1 along, and the kernel its namespace", async () => {
    const { init, main } = await orphan({ dieWithParent: true });
    await eventually("the end of the init", () => !isAlive(init));
    await sendSignal(main, 9); // there is no namespace here
  });

  test("leaves a daemon alone", async () => {
    const { init, main } = await orphan({});
    await sendSignal(init, 20);
    await eventually("its main process to be stopped", () => readStat(main)?.state === "T");
    await sendSignal(init, 9);
    await sendSignal(main, 9);
  });

  test("that has ended before the init could notice keeps the job from starting", async () => {
    const init = startInit({
      argv: ["/bin/echo", "started"],
      dieWithParent: true,
      reader: false,
    });
    expect(await init.process.exited).toBe(126);
    expect(init.text("stdout")).toBe("");
  });

  test.skipIf(process.getuid?.() !== 0)("takes all of a PID namespace along", async () => {
    const init = startInit({
      argv: shell("setsid sleep 1000 & exec sleep 1000"),
      dieWithParent: true,
      through: 'exec unshare --pid --fork "$@"',
    });
    const inside = await eventually("the init, the main process and its child", () => {
      const pids = descendantsOf(init.process.pid);
      const names = pids.map((pid) => readStat(pid)?.comm).sort();
      return names.join() === "bpm-init,sleep,sleep" ? pids : undefined;
    });
    init.process.kill("SIGKILL");
    await eventually("the end of all", () => !inside.some(isAlive));
  });

  test("lives: its signal is one like any other", async () => {
    const init = startInit({ argv: sleep, dieWithParent: true, subreaper: true });
    await init.mainPid();
    expect(await init.endWith(64)).toBe(128 + 64);
    expect(init.record().signal).toBe(64);
  });
});
