/** Which tasks belong to a process, and by which of them strace attaches. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { liveStartTime } from "../../../src/host/process.ts";
import { type Task, tasksOf } from "../../../src/trace/tasks.ts";
import { attachmentPoints } from "../../../src/trace/trace.ts";
import { eventually } from "../../support/wait.ts";
import { Scratch, state } from "../../unit/lifecycle/fixtures.ts";

/** Tasks as `process/tid`. */
function tasks(...names: string[]): Task[] {
  return names.map((name) => {
    const [process = 0, tid = 0] = name.split("/").map(Number);
    return { process, tid, startTime: "1", tracer: 0 };
  });
}

const points: [what: string, tasks: Task[], expected: number[]][] = [
  ["nothing", [], []],
  ["one thread", tasks("7/7"), [7]],
  ["a process's first thread", tasks("7/7", "7/8", "7/9"), [7]],
  ["it wherever it is in the list", tasks("7/5", "7/8", "7/7"), [7]],
  ["another where the first has ended", tasks("7/8", "7/9"), [8]],
  ["one for each process, in their order", tasks("9/9", "9/10", "3/4", "3/5", "5/5"), [9, 4, 5]],
];
test.each(points)("strace attaches by %s", (_, given, expected) => {
  expect(attachmentPoints(given)).toEqual(expected);
});

/** A state of a process that runs. */
function running(pid: number, directories: readonly string[] = []) {
  return state({
    pid,
    start_time: liveStartTime(pid) ?? "",
    cgroups: directories.map((directory) => ({ version: 2, directory, unit: null })),
  });
}

const sleepers = "sleep 1000 & (sleep 1000 & wait) & wait";

describe("The tasks of a process", () => {
  test("are all that descend from its init, where there are no cgroups", async () => {
    const child = Bun.spawn(["setsid", "sh", "-c", sleepers]);
    try {
      const found = await eventually("four processes", () => {
        const list = tasksOf(running(child.pid));
        return list.length === 4 ? list : undefined;
      });
      expect(found.at(0)).toEqual({
        process: child.pid,
        tid: child.pid,
        startTime: liveStartTime(child.pid) ?? "none",
        tracer: 0,
      });
    } finally {
      process.kill(-child.pid, "SIGKILL");
      await child.exited;
    }
  });

  test("have every thread", () => {
    const own = tasksOf(running(process.pid)).filter((task) => task.process === process.pid);
    const tids = own.map(({ tid }) => tid);
    expect(tids.length).toBeGreaterThan(1);
    expect(tids.every((tid) => existsSync(`/proc/${process.pid}/task/${tid}`))).toBe(true);
  });

  test("are the init and those of its cgroups and the cgroups below, each once", () => {
    using scratch = new Scratch();
    scratch.write({
      "memory/cgroup.procs": `${process.ppid}\n0\n`,
      "memory/below/deeper/cgroup.procs": `${process.pid}\n${process.ppid}\n`,
    });
    const found = tasksOf(running(process.pid, [scratch.at("memory"), scratch.at("gone")]));
    const processes = [...new Set(found.map((task) => task.process))];
    expect(processes).toEqual([process.pid, process.ppid]);
  });

  test("are none of a stranger's that has got the init's pid", () => {
    expect(tasksOf({ ...running(process.pid), start_time: "1" })).toEqual([]);
  });
});
