/** What `bpm run` tells of how an errand ended, on the terminal and in bpm.log. */
import { describe, expect, test } from "bun:test";
import { BoshRoot, type ProcessSpec, probe } from "../../support/bosh-root.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { exitStatus } from "../../support/command.ts";
import { script } from "../../support/inside.ts";
import { isSandboxed } from "../../support/product.ts";

const limits = { memory: "64M" };
const notice = "memory ran out, and the kernel has killed a process: limits.memory is 64M";
const failed = (status: number) =>
  `Error: failed to run job-process: exit status ${status} (exit status ${status})\n`;

/** The data of all lines in bpm.log with this message. */
function dataOf(root: BoshRoot, message: string): Readonly<Record<string, string>>[] {
  return root
    .bpmLog("errand")
    .filter((line) => line.message === message)
    .map(({ data }) => data);
}

type Row = [what: string, spec: ProcessSpec, status: number, oom: boolean, why: string | null];
const endings: Row[] = [
  ["exits with 0", { args: ["exit", "0"] }, 0, false, null],
  ["exits with 3", { args: ["exit", "3"] }, 3, false, "exit status 3"],
  ["is ended by SEGV", { args: ["die", "11"] }, 139, false, "SIGSEGV"],
  ["is ended by a real-time signal", { args: ["die", "40"] }, 168, false, "signal 40"],
  [
    "runs out of memory",
    { args: ["allocate", "200"], limits },
    137,
    true,
    "SIGKILL, out of memory",
  ],
  [
    "loses a child for want of memory, and fails",
    script(`${probe} allocate 200; exit 7`, { limits }),
    7,
    true,
    "exit status 7, after an out-of-memory kill",
  ],
  [
    "loses a child for want of memory, and makes do",
    script(`${probe} allocate 200; exit 0`, { limits }),
    0,
    true,
    null,
  ],
];

describe.skipIf(!isSandboxed)("Of an errand that", () => {
  test.each(endings)("%s, run says so", async (_, spec, status, outOfMemory, reason) => {
    await using root = new BoshRoot();
    root.job("errand", spec);
    const { code, stdout, stderr } = await root.bpm(["run", "errand"]);
    const warning = outOfMemory ? `Warning: ${notice}\n` : "";
    // A shell tells of its child, too; that is the errand's own output.
    const own = root.stderr("errand");
    expect({ code, stdout, stderr }).toEqual({
      code: status,
      stdout: "",
      stderr: own + warning + (status === 0 ? "" : failed(status)),
    });
    expect(own).not.toContain("memory");
    expect(dataOf(root, "bpm.run.out-of-memory")).toMatchObject(
      outOfMemory ? [{ error: notice }] : [],
    );
    expect(dataOf(root, "bpm.run.failed-to-run")).toMatchObject(
      reason === null ? [] : [{ error: `exit status ${status}`, reason }],
    );
    expect(leftovers(root)).toEqual(nothing);
  });

  const early: [what: string, before: string, notices: string, reason: string][] = [
    ["is killed together with its init", "", "", "its init was killed"],
    [
      "is killed together with its init for want of memory",
      `${probe} allocate 200 2>&1;`,
      `Warning: ${notice}\n`,
      "killed together with its init, out of memory",
    ],
  ];
  test.each(early)("%s, that much is told", async (_, before, notices, reason) => {
    await using root = new BoshRoot();
    root.job("errand", script(`exec 2>&1; ${before} echo ready; sleep 1000`, { limits }));
    const running = root.spawn(["run", "errand"]);
    await root.printed("errand", "ready");
    const { pid } = JSON.parse(root.read("sys/run/bpm-state/bpm-errand/state.json")) as {
      pid: number;
    };
    process.kill(pid, "SIGKILL");
    await running.exited;
    expect(exitStatus(running)).toBe(137);
    expect(await new Response(running.stderr).text()).toBe(notices + failed(137));
    expect(dataOf(root, "bpm.run.failed-to-run")).toMatchObject([{ reason }]);
    expect(leftovers(root)).toEqual(nothing);
  });
});
