/** The command line as its users meet it: the program is run, nothing is mocked. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const main = join(import.meta.dir, "../../../src/main.ts");
const isRoot = process.geteuid?.() === 0;
const asRoot = test.skipIf(!isRoot);

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "bpm-cli-"));
  chmodSync(root, 0o755);
  const logs = join(root, "sys/log/web");
  mkdirSync(logs, { recursive: true });
  const words = { "web.stdout": "out", "web.stderr": "err", "two.stdout": "two" };
  for (const [name, word] of Object.entries(words)) {
    const lines = Array.from({ length: 40 }, (_, index) => `${word} ${index + 1}\n`);
    writeFileSync(join(logs, `${name}.log`), lines.join(""));
  }
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function spawn(command: string[]) {
  const env = { ...process.env, BPM_BOSH_ROOT: root };
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { env, stdin: "ignore" });
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

function bpm(line: string) {
  return spawn([process.execPath, main, ...(line === "" ? [] : line.split(" "))]);
}

/** The same as a user without privileges. */
function bpmAsNobody(line: string) {
  const identity = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];
  const command = [process.execPath, main, ...(line === "" ? [] : line.split(" "))];
  return spawn(isRoot ? ["setpriv", ...identity, ...command] : command);
}

const version = { exitCode: 0, stdout: "[DEV BUILD]\n", stderr: "" };

const rootUsage = `Usage:
  bpm [flags]
  bpm [command]

Available Commands:
  completion  print a script for completion in bash, zsh or fish
  doctor      tell what this host offers and lacks for running jobs
  exec        run a command inside a process's sandbox
  help        explain bpm or one of its commands
  inspect     show what a process would run as, without running it
  job         check and render the jobs of a release
  list        list the processes of all jobs, their pids and states
  logs        show what a process has written to its logs
  pid         print the pid of a running process
  run         run a process in the foreground until it ends
  shell       start a shell inside a process's sandbox
  start       start a process of a job
  stop        stop a process of a job
  trace       show the system calls of a running process, with strace
  validate    check bpm.yml files, or those of all jobs
  version     print the version of bpm

Flags:
  -h, --help      help for bpm
      --version   print the version of bpm

Use "bpm [command] --help" for more information about a command.
`;
const rootHelp = `Starts, isolates and stops the processes of BOSH jobs\n\n${rootUsage}`;

const startUsage = `Usage:
  bpm start <job-name> [flags]

Flags:
  -h, --help             help for start
  -p, --process string   name of the process, where it is not the job's

Global Flags:
      --version   print the version of bpm
`;
const startHelp = `start a process of a job\n\n${startUsage}`;

const logsHelp = `show what a process has written to its logs

Usage:
  bpm logs <job-name> [flags]

Flags:
  -a, --all              show stdout and stderr
  -e, --err              show stderr instead of stdout
  -f, --follow           go on with what is written from now on
  -h, --help             help for logs
  -n, --lines int        how many lines of the end to show (default 25)
  -p, --process string   name of the process, where it is not the job's
  -q, --quiet            leave out the headers with file names

Global Flags:
      --version   print the version of bpm
`;

const runFlags = `Flags:
  -e, --env stringArray      one more environment variable, as KEY=VALUE; may be repeated
  -h, --help                 help for run
  -p, --process string       name of the process, where it is not the job's
  -v, --volume stringArray   one more volume, as <path>[:<options>]; may be repeated
`;

describe("without privileges", () => {
  const notRoot = "Error: bpm must be run as root. Please run 'sudo -i' to become the root user.\n";
  const refused = { exitCode: 1, stdout: "", stderr: notRoot };
  const rows: [line: string, result: typeof refused][] = [
    ["", refused],
    ["list", refused],
    ["start web", refused],
    ["start", refused],
    ["pid web", refused],
    ["logs web -f", refused],
    ["version", version],
    ["--version", version],
    ["start --version", version],
    ["help", { exitCode: 0, stdout: rootHelp, stderr: "" }],
    ["--help", { exitCode: 0, stdout: rootHelp, stderr: "" }],
    ["help start", { exitCode: 0, stdout: startHelp, stderr: "" }],
  ];
  test.each(rows)("bpm %s", (line, result) => {
    expect(bpmAsNobody(line)).toEqual(result);
  });
});

describe("help and version", () => {
  const shown = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" });
  const rows: [line: string, result: object][] = [
    ["-h", shown(rootHelp)],
    ["start -h", shown(startHelp)],
    ["start web --help", shown(startHelp)],
    ["-h start", shown(startHelp)],
    ["help logs", shown(logsHelp)],
    ["help help --help", { exitCode: 0, stderr: "" }],
    ["logs --version", version],
    ["start web --version", version],
    ["help nosuch", { exitCode: 0, stderr: `Unknown help topic "nosuch"\n${rootUsage}\n` }],
  ];
  test.each(rows)("bpm %s", (line, result) => {
    expect(bpm(line)).toMatchObject(result);
  });

  test("help of run lists what may be repeated", () => {
    expect(bpm("run --help").stdout).toContain(runFlags);
  });
});

describe("a wrong command line is told with the usage", () => {
  const wrong = (usage: string, message: string) => ({
    exitCode: 1,
    stdout: "",
    stderr: `${usage}\nError: ${message}\n`,
  });

  test.each([
    ["--nosuchflag", wrong(rootUsage, "unknown flag: --nosuchflag")],
    ["-v", wrong(rootUsage, "unknown shorthand flag: 'v' in -v")],
    ["start web --nosuchflag", wrong(startUsage, "unknown flag: --nosuchflag")],
    ["start -p", wrong(startUsage, "flag needs an argument: 'p' in -p")],
    ["start web -x", wrong(startUsage, "unknown shorthand flag: 'x' in -x")],
  ])("bpm %s", (line, result) => {
    expect(bpm(line)).toEqual(result);
  });

  asRoot.each([
    ["", wrong(rootUsage, "must specify a command")],
    ["start", wrong(startUsage, "must specify a job")],
    ["start -p x", wrong(startUsage, "must specify a job")],
  ])("bpm %s", (line, result) => {
    expect(bpm(line)).toEqual(result);
  });

  test.each([
    ["version extra", "version takes no arguments"],
    [
      "logs web -n abc",
      'invalid argument "abc" for "-n, --lines" flag: it must be a whole number, zero or more',
    ],
  ])("bpm %s", (line, message) => {
    const { exitCode, stdout, stderr } = bpm(line);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toStartWith("Usage:\n  bpm ");
    expect(stderr).toEndWith(`\n\nError: ${message}\n`);
  });
});

describe("an unknown command", () => {
  const rows: [line: string, stderr: string][] = [
    ["nosuchcommand", 'Error: unknown command "nosuchcommand" for "bpm"\n'],
    ["staart", 'Error: unknown command "staart" for "bpm"\n\nDid you mean this?\n\tstart\n\n'],
    ["constructor", 'Error: unknown command "constructor" for "bpm"\n'],
    ["a\u001b[31mb", 'Error: unknown command "a\\u001b[31mb" for "bpm"\n'],
  ];
  test.each(rows)("%p", (line, stderr) => {
    expect(bpm(line)).toEqual({ exitCode: 1, stdout: "", stderr });
  });
});

describe("logs", () => {
  const numbered = (word: string, from: number) =>
    Array.from({ length: 41 - from }, (_, index) => `${word} ${from + index}\n`).join("");
  const header = (name: string) => `==> ${root}/sys/log/web/web.${name}.log <==\n`;
  const rows: [line: string, stdout: () => string][] = [
    ["logs web", () => numbered("out", 16)],
    ["logs web extra", () => numbered("out", 16)],
    ["logs web -n 3", () => numbered("out", 38)],
    ["-n 3 logs web", () => numbered("out", 38)],
    ["logs -n 3 -e web", () => numbered("err", 38)],
    ["logs web -p two -n1", () => "two 40\n"],
    ["logs web -q -n1", () => "out 40\n"],
    ["logs web -an1", () => `${header("stdout")}out 40\n\n${header("stderr")}err 40\n`],
    ["logs web -a -e -n 1", () => `${header("stdout")}out 40\n\n${header("stderr")}err 40\n`],
    ["logs web -aqn1", () => "out 40\nerr 40\n"],
    ["logs web -n 0", () => ""],
    ["logs web -a -n 0", () => ""],
  ];
  for (const [line, stdout] of rows) {
    asRoot(`bpm ${line}`, () => {
      expect(bpm(line)).toEqual({ exitCode: 0, stdout: stdout(), stderr: "" });
    });
  }

  asRoot.each([
    ["logs nosuch", "logs not found"],
    ["logs web -p nosuch -a", "logs not found"],
    ["logs ..", 'invalid job name "..": it names a directory, not a file in it'],
  ])("bpm %s", (line, message) => {
    expect(bpm(line)).toEqual({ exitCode: 1, stdout: "", stderr: `Error: ${message}\n` });
  });
});

describe("logs -f", () => {
  function follow() {
    const env = { ...process.env, BPM_BOSH_ROOT: root };
    const command = [process.execPath, main, "logs", "web", "-f", "-n", "1"];
    return Bun.spawn(command, { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  }

  asRoot.each([
    ["SIGINT", 0, ""],
    ["SIGTERM", 1, "Error: following the logs was ended by SIGTERM\n"],
  ] as const)("ends on %s", async (signal, exitCode, stderr) => {
    const child = follow();
    const reader = child.stdout.getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("out 40\n");
    child.kill(signal);
    expect(await child.exited).toBe(exitCode);
    expect(await new Response(child.stderr).text()).toBe(stderr);
  });

  asRoot("ends when its reader does, without a word", () => {
    const script = `"$@" | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const command = [process.execPath, main, "logs", "web", "-f", "-n", "1"];
    expect(spawn(["bash", "-c", script, "bash", ...command])).toEqual({
      exitCode: 0,
      stdout: "out 40\n141\n",
      stderr: "",
    });
  });
});

describe("a full disk is no success", () => {
  const script = '"$@" > /dev/full';
  test.each(["version", "help", "start --help"])("bpm %s", (line) => {
    const command = [process.execPath, main, ...line.split(" ")];
    const { exitCode, stderr } = spawn(["bash", "-c", script, "bash", ...command]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        "Error: failed to write to standard output: " + "write: no space left on device (ENOSPC)\n",
    });
  });
});

asRoot("what is thrown where nothing waits for it is one sentence too", () => {
  const preload = join(root, "preload.ts");
  writeFileSync(
    preload,
    `
    const timer = setInterval(() => {
      if (process.listenerCount("uncaughtException") === 0) return;
      clearInterval(timer);
      throw new Error("unforeseen");
    });
  `,
  );
  const command = [process.execPath, "--preload", preload, main, "logs", "web", "-f"];
  const { exitCode, stderr } = spawn(command);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr:
      "Error: internal error: unforeseen\n" +
      "This is a mistake in bpm itself; please report the command and this line.\n",
  });
});
