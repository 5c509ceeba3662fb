/** `bpm shell` and `bpm exec -t`, at a terminal. */

import { describe, expect, test } from "bun:test";
import { BoshRoot, probe } from "../../support/bosh-root.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { plainEnvironment } from "../../support/command.ts";
import { probeSleeping } from "../../support/inside.ts";
import { InteractiveShell } from "../../support/interactive-shell.ts";
import { childrenOf, isAlive, readStat } from "../../support/process.ts";
import { isSandboxed, vcap } from "../../support/product.ts";
import { Terminal } from "../../support/terminal.ts";
import { eventually } from "../../support/wait.ts";

const term = "xterm-256color";
/** The end of what bash shows inside, whatever /etc/bash.bashrc makes of the rest. */
const prompt = "/var/vcap/jobs/web$ ";

async function started(root: BoshRoot, spec = {}): Promise<number> {
  root.job("web", { ...probeSleeping, ...spec });
  return root.start("web");
}

function environment(root: BoshRoot): Record<string, string> {
  return { ...plainEnvironment, ...root.environment(), TERM: term };
}

/** bpm at a terminal of its own. */
function atTerminal(root: BoshRoot, args: readonly string[]): Terminal {
  const argv = [root.bpmProgram, ...args];
  return new Terminal(argv, { env: environment(root), columns: 90, rows: 33 });
}

/** An operator's shell, which bpm is called from. */
async function operator(root: BoshRoot): Promise<InteractiveShell> {
  const env = { ...environment(root), PS1: "outside> ", BPM: root.bpmProgram };
  const shell = new InteractiveShell(["bash", "--norc", "--noprofile"], { env });
  await shell.until("outside> ");
  return shell;
}

/** The terminal's settings, as the operator's shell has them for what it calls. */
async function settings(shell: InteractiveShell): Promise<string> {
  const shown = await shell.typed("echo [$(stty -g)']'\n", "]\r\n");
  return /\[([0-9a-f:]+)\]/.exec(shown)?.[1] ?? "none";
}

describe.skipIf(!isSandboxed)("bpm shell", () => {
  test("is a shell inside, at a terminal of the sandbox", async () => {
    await using root = new BoshRoot();
    await started(root);
    await using shell = atTerminal(root, ["shell", "web"]);
    await shell.until(prompt);
    expect(await shell.typed("tty; stat -c '%u %a' $(tty)\n", " 620")).toContain(
      `/dev/pts/0\r\n${vcap.uid} 620`,
    );
    await shell.typed("echo $TERM $(id -u) $PPID $0\n", `${term} ${vcap.uid} 0 /bin/bash`);
    await shell.typed("ls /dev/pts | xargs\n", "0 ptmx");
    await shell.typed("ls -l /proc/self/fd/[0-2] | wc -l\n", "\r3\r\n");
    await shell.typed("ls /proc/self/fd | xargs\n", "0 1 2 3\r\n");
    shell.type("exit 7\n");
    expect(await shell.process.exited).toBe(7);
  });

  test("has the window's size, and follows it", async () => {
    await using root = new BoshRoot();
    await started(root);
    await using shell = atTerminal(root, ["shell", "web"]);
    await shell.until(prompt);
    await shell.typed("stty size\n", "33 90\r\n");
    await shell.typed("trap 'echo chan''ged' WINCH; echo rea''dy\n", "ready");
    shell.resize(101, 44);
    // A shell that waits for a key runs its trap behind the next one.
    await eventually("the trap", () => {
      shell.type("\n");
      return shell.shown.includes("changed");
    });
    await shell.typed("stty size\n", "44 101\r\n");
  });

  test("has job control, and the keys that go with it", async () => {
    await using root = new BoshRoot();
    await started(root);
    await using shell = atTerminal(root, ["shell", "web"]);
    await shell.until(prompt);
    await shell.typed(`${probe} sleep\n`, "ready\r\n");
    await shell.typed("\u001a", "Stopped");
    await shell.typed("jobs\n", "[1]+  Stopped");
    const bash = childrenOf(shell.process.pid).find((pid) => readStat(pid)?.comm === "bash");
    const [job] = childrenOf(bash ?? 0);
    shell.type("fg\n");
    // It gets the terminal first, and then goes on.
    await eventually("the job to go on", () => readStat(job ?? 0)?.state === "S");
    await shell.typed("\u0003", prompt);
    await shell.typed("echo status $?\n", "status 130");
    // Keys that a terminal would take for itself arrive as bytes.
    await shell.typed("stty raw; echo g''o; head -c 5 | od -An -tx1; stty sane\n", "go");
    await shell.typed("\u0003\u0011\u001aé", "03 11 1a c3 a9");
    await shell.typed("\n", prompt);
    shell.type("\u0004");
    expect(await shell.process.exited).toBe(0);
  });

  test("loses nothing that is printed or typed, however much", async () => {
    await using root = new BoshRoot();
    await started(root);
    await using command = atTerminal(root, ["exec", "-t", "web", "--", "seq", "1", "200000"]);
    expect(await command.process.exited).toBe(0);
    const expected = Array.from({ length: 200_000 }, (_, index) => `${index + 1}\r\n`).join("");
    await eventually("the end", () => command.shown.length >= expected.length);
    expect(command.shown === expected).toBe(true);

    const lines = "0123456789abcdef\n".repeat(2_000);
    const script = "stty -echo; echo go; md5sum";
    await using sink = atTerminal(root, ["exec", "-t", "web", "--", "sh", "-c", script]);
    await sink.until("go");
    for (let at = 0; at < lines.length; at += 1700) {
      sink.type(lines.slice(at, at + 1700));
      await Bun.sleep(1);
    }
    sink.type("\u0004");
    await sink.until(`${new Bun.CryptoHasher("md5").update(lines).digest("hex")}  -`);
  });

  test("needs a terminal", async () => {
    await using root = new BoshRoot();
    await started(root);
    expect(await root.bpm(["shell", "web"])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "Error: standard input is not a terminal (ENOTTY)\n" +
        "Without one, use: bpm exec JOB -- COMMAND\n",
    });
    // What is wrong with or without one comes first.
    expect((await root.bpm(["shell", "nosuch"])).stderr).toBe(
      "Error: process is not running or could not be found\n",
    );
  });

  test("of what does not run is refused, and leaves the terminal alone", async () => {
    await using root = new BoshRoot();
    await using shell = await operator(root);
    const before = await settings(shell);
    await shell.typed("$BPM shell web; echo status $?\n", "status 1");
    expect(shell.shown).toContain("Error: process is not running or could not be found");
    expect(await settings(shell)).toBe(before);
  });
});

describe.skipIf(!isSandboxed)("The operator's terminal is as before", () => {
  /** Opens a shell inside and returns bpm's pid. */
  async function inside(shell: InteractiveShell): Promise<number> {
    await shell.typed("$BPM shell web; echo status $?\n", prompt);
    return eventually("bpm", () => childrenOf(shell.process.pid)[0]);
  }

  test("after the shell has ended", async () => {
    await using root = new BoshRoot();
    await started(root);
    await using shell = await operator(root);
    const before = await settings(shell);
    await inside(shell);
    await shell.typed("stty -echo -icanon; exit 7\n", "status 7");
    expect(await settings(shell)).toBe(before);
  });

  test("after the command could not be executed", async () => {
    await using root = new BoshRoot();
    await started(root);
    await using shell = await operator(root);
    const before = await settings(shell);
    await shell.typed("$BPM exec -t web -- nosuch; echo status $?\n", "status 127");
    expect(await settings(shell)).toBe(before);
  });

  test("after the sandbox was ended", async () => {
    await using root = new BoshRoot();
    await started(root);
    await using shell = await operator(root);
    const before = await settings(shell);
    await inside(shell);
    await root.stop("web");
    expect(leftovers(root)).toEqual(nothing);
    await shell.until("status 137");
    expect(shell.shown).toContain("Error: web has ended, and with it everything in its sandbox");
    expect(await settings(shell)).toBe(before);
  });

  const statuses = [
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
  ] as const;
  test.each(statuses)("after bpm was ended with %s", async (signal, status) => {
    await using root = new BoshRoot();
    await started(root);
    await using shell = await operator(root);
    const before = await settings(shell);
    const bpm = await inside(shell);
    process.kill(bpm, signal);
    await shell.until(`status ${status}`);
    expect(await settings(shell)).toBe(before);
  });

  test("after bpm was killed in a script, which puts back nothing itself", async () => {
    await using root = new BoshRoot();
    const init = await started(root);
    // Sees the terminal without being the shell that bpm is called from.
    const script = `stty -g; $0 shell web; echo status $?; sleep 0.5; stty -g; echo e''nd; read x`;
    const argv = ["sh", "-c", script, root.bpmProgram];
    await using terminal = new Terminal(argv, { env: environment(root) });
    await terminal.until(prompt);
    const bpm = await eventually("bpm", () => childrenOf(terminal.process.pid)[0]);
    const [command] = childrenOf(bpm).filter((pid) => readStat(pid)?.comm === "bash");
    process.kill(bpm, "SIGKILL");
    await terminal.until("\nend");
    const [before, after] = terminal.shown.match(/^[0-9a-f]+:[0-9a-f:]+$/gm) ?? [];
    expect(after).toBe(before ?? "nothing");
    expect(terminal.shown).toContain("status 137");
    await eventually("the end of the shell inside", () => !isAlive(command ?? 0));
    expect(isAlive(init)).toBe(true);
  });

  test("while bpm is stopped, and raw again when it goes on", async () => {
    await using root = new BoshRoot();
    await started(root);
    await using shell = await operator(root);
    const bpm = await inside(shell);
    process.kill(bpm, "SIGSTOP");
    await shell.until("Stopped");
    await shell.typed("echo out''side\n", "outside\r\n");
    await shell.typed("fg\n", "\r\n");
    await shell.typed("echo $((41+1))\n", "42\r\n");
    await shell.typed(`${probe} sleep\n`, "ready\r\n");
    await shell.typed("\u0003", prompt);
    await shell.typed("exit 3\n", "outside> ");
  });
});

describe.skipIf(!isSandboxed)("In the background", () => {
  test("a shell leaves the terminal alone, until it is brought to the front", async () => {
    await using root = new BoshRoot();
    await started(root);
    await using shell = await operator(root);
    await shell.typed("$BPM shell web &\n", "outside> ");
    await shell.typed("wait %1\n", "Stopped");
    await shell.typed("bg\n", "outside> ");
    await shell.typed("wait %1\n", "Stopped");
    await shell.typed("fg\n", prompt);
    await shell.typed("exit 3\n", "outside> ");
    await shell.typed("echo status $?\n", "status 3");
  });
});

describe.skipIf(!isSandboxed)("When the operator's terminal goes away", () => {
  test("bpm and the shell inside go, too", async () => {
    await using root = new BoshRoot();
    const init = await started(root);
    await using shell = atTerminal(root, ["shell", "web"]);
    await shell.until(prompt);
    const command = childrenOf(shell.process.pid).find((pid) => readStat(pid)?.comm === "bash");
    shell.hangUp();
    expect(await shell.process.exited).not.toBe(0);
    await eventually("the end of the shell inside", () => !isAlive(command ?? 0));
    expect(isAlive(init)).toBe(true);
  });
});
