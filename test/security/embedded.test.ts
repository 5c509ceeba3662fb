/**
 * The programs that bpm puts between itself and a job: sealed files that nobody inside can read or
 * change (CVE-2019-5736), in processes that nobody inside can look into, with nothing of bpm's.
 */

import { beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { BoshRoot } from "../support/bosh-root.ts";
import { sandboxedProcesses } from "../support/clean-up.ts";
import { mustRun } from "../support/command.ts";
import { holdUp } from "../support/hold-up.ts";
import { probeSleeping } from "../support/inside.ts";
import { childrenOf, readStat } from "../support/process.ts";
import { isSandboxed } from "../support/product.ts";
import { buildMilliseconds, buildPrograms, programs } from "../support/programs.ts";
import { find, record } from "../support/strace.ts";
import { eventually } from "../support/wait.ts";

/** F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE: linux/fcntl.h. */
const everySeal = 0b1111;
const getSeals = 'open my $file, "<", $ARGV[0] or die; print 0 + fcntl $file, 1034, 0';

/** Whom /proc gives the files of a process to: root, unless it is dumpable (proc(5)). */
const ownerOf = (pid: number) => statSync(`/proc/${pid}/environ`).uid;

/** Starts what ends up in the process of this name, and returns its pid. */
const started: [program: string, start: (root: BoshRoot) => Promise<number>][] = [
  ["bpm-init", (root) => root.start("web")],
  [
    "bpm-supervise",
    async (root) => {
      const { pid } = root.spawn(["run", "web"]);
      return eventually("the supervisor", () =>
        readStat(pid)?.comm === "bpm-supervise" ? pid : 0,
      );
    },
  ],
  [
    "bpm-enter",
    async (root) => {
      await root.start("web");
      const { pid } = root.spawn(["exec", "web", "--", "/bin/sleep", "1000"]);
      return eventually("the command inside", () => (childrenOf(pid).length > 0 ? pid : 0));
    },
  ],
];

describe.skipIf(!isSandboxed)("The executable file", () => {
  test.each(started)("of %s is sealed, and only root may read it", async (_, start) => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const exe = `/proc/${await start(root)}/exe`;
    expect(Number((await mustRun(["perl", "-e", getSeals, exe])).stdout)).toBe(everySeal);
    expect(statSync(exe).mode & 0o7777).toBe(0o111);
    expect(statSync(exe).uid).toBe(0);
  });
});

describe.skipIf(!isSandboxed)("Not dumpable", () => {
  beforeAll(buildPrograms, buildMilliseconds);

  test.each(["bpm-init", "bpm-enter"])("is %s by itself, whatever its file", async (program) => {
    const copy = `${mkdtempSync("/tmp/program-")}/${program}`;
    chmodSync(copy.slice(0, copy.lastIndexOf("/")), 0o755);
    copyFileSync(`${programs}/${program}`, copy);
    chmodSync(copy, 0o755);
    // As somebody whose processes do not belong to root anyway; held up behind its first step.
    const held = "--inject=rt_sigprocmask:delay_enter=60000000:when=1";
    const argv = ["strace", "-u", "nobody", "-qq", held, "-o", "/dev/null", copy];
    const strace = Bun.spawn(argv, { stdio: ["ignore", "ignore", "ignore"] });
    const pid = await eventually("the program", () =>
      childrenOf(strace.pid).find((child) => readStat(child)?.comm === program),
    );
    try {
      await eventually("its first step", () => ownerOf(pid) === 0);
      expect(statSync(`/proc/${pid}`).uid).not.toBe(0);
    } finally {
      process.kill(pid, "SIGKILL");
      strace.kill("SIGKILL");
      await strace.exited;
    }
  });

  test("is the init from its first instruction, since its file cannot be read", async () => {
    await using root = new BoshRoot();
    await withHeldChild(root, "prctl", /PR_SET_DUMPABLE/, (pid) => {
      expect(readStat(pid)?.comm).not.toBe("bpm-init");
      expect(statSync(`/proc/${pid}`).uid).toBe(2000);
      expect(ownerOf(pid)).toBe(0);
    });
  });
});

/** Looks at the process that becomes the init as it is about to make a call. */
async function withHeldChild(
  root: BoshRoot,
  name: string,
  like: RegExp,
  look: (pid: number) => void,
): Promise<void> {
  root.job("web", { args: ["exit", "0"] });
  const calls = await record(root, ["start", "web"], [name, "pivot_root"]);
  root.job("web", probeSleeping);
  // The last of those that fit: the program has made the others before it was the init.
  const target = find(calls, { caller: "child", name, like, occurrence: -1, shared: true });
  await using held = holdUp(root, ["start", "web"], target);
  const pid = await held.reached(() => sandboxedProcesses(root)[0]);
  look(pid);
  held.release();
  expect((await held.result).code).toBe(0);
}

describe.skipIf(!isSandboxed)("Nothing of bpm's", () => {
  test("is open in the sandbox from before the job's user is there", async () => {
    await using root = new BoshRoot();
    await withHeldChild(root, "setresuid", /2000/, (pid) => {
      const numbers = readdirSync(`/proc/${pid}/fd`).map(Number);
      // zig/src/handoff.zig: the job's streams, and what the init is handed.
      expect(Math.max(...numbers)).toBeLessThanOrEqual(8);
    });
  });

  test("stays mapped in the init: not the message with the job's environment", async () => {
    await using root = new BoshRoot();
    root.job("web", { ...probeSleeping, env: { PASSWORD: "secret" } });
    const init = await root.start("web");
    const maps = readFileSync(`/proc/${init}/maps`, "utf8");
    expect(maps).toContain("memfd:bpm-init");
    expect(maps).not.toContain("bpm-message");
  });
});
