import { describe, expect, test } from "bun:test";
import { copyFileSync, existsSync } from "node:fs";
import { BoshRoot } from "../../support/bosh-root.ts";
import { commandLines, run } from "../../support/command.ts";
import { probeSleeping } from "../../support/inside.ts";
import { installedProduct, isSandboxed, vcap } from "../../support/product.ts";

const commands = [
  "completion",
  "help",
  "list",
  "logs",
  "pid",
  "run",
  "start",
  "stop",
  "validate",
  "version",
];
const notRoot = "Error: bpm must be run as root. Please run 'sudo -i' to become the root user.\n";
const version = { code: 0, stdout: "[DEV BUILD]\n", stderr: "" };

describe.skipIf(!isSandboxed)("The command line", () => {
  const wrong: [string[], RegExp][] = [
    [[], /^Usage:\n/],
    [["--nosuchflag"], /^Usage:\n[^]*\n\nError: unknown flag: --nosuchflag\n$/],
    [["start", "--nosuchflag"], /^Usage:\n {2}bpm start [^]*Error: unknown flag: --nosuchflag\n$/],
    [["start", "web", "--nosuchflag"], /Error: unknown flag: --nosuchflag\n$/],
    [["start", "-x"], /Error: unknown shorthand flag: 'x' in -x\n$/],
    [["start", "-p"], /Usage:\n[^]*Error: flag needs an argument: 'p' in -p\n$/],
    [["start", "web", "--process"], /Usage:\n[^]*Error: flag needs an argument: --process\n$/],
    [
      ["logs", "web", "-n", "abc"],
      /Usage:\n[^]*Error: invalid argument "abc" for "-n, --lines" flag/,
    ],
    [["start"], /^Usage:\n {2}bpm start [^]*Error: must specify a job\n$/],
    [["stop"], /^Usage:\n {2}bpm stop [^]*Error: must specify a job\n$/],
    [["run"], /^Usage:\n {2}bpm run [^]*Error: must specify a job\n$/],
    [["pid"], /^Usage:\n {2}bpm pid [^]*Error: must specify a job\n$/],
    [["logs"], /^Usage:\n {2}bpm logs [^]*Error: must specify a job\n$/],
    [["version", "extra"], /^Usage:\n {2}bpm version /],
  ];
  test.each(wrong)("%j is explained on stderr", async (args, message) => {
    await using root = new BoshRoot();
    const { code, stdout, stderr } = await root.bpm(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test.each(["nosuchcommand", "constructor", "__proto__", ""])(
    "has no command %p",
    async (name) => {
      await using root = new BoshRoot();
      const { code, stdout, stderr } = await root.bpm([name]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toStartWith(`Error: unknown command "${name}" for "bpm"\n`);
    },
  );

  test("suggests the command that was probably meant", async () => {
    await using root = new BoshRoot();
    const { code, stderr } = await root.bpm(["staart"]);
    expect(code).toBe(1);
    expect(stderr).toContain('Error: unknown command "staart" for "bpm"\n');
    expect(stderr).toContain("Did you mean this?\n\tstart\n");
  });

  test.each(["help", "--help", "-h"])("%s lists the commands on stdout", async (word) => {
    await using root = new BoshRoot();
    const { code, stdout, stderr } = await root.bpm([word]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command} +\\S`, "m"));
  });

  test.each(commands)("%s is explained by --help, -h and help", async (command) => {
    await using root = new BoshRoot();
    const asked = [
      [command, "--help"],
      [command, "-h"],
      ["help", command],
    ];
    const answers = await Promise.all(asked.map((words) => root.bpm(words)));
    for (const { code, stdout, stderr } of answers) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain(`Usage:\n  bpm ${command}`);
      expect(stdout).toBe(answers[0]?.stdout ?? "");
    }
  });

  test("help of an unknown command says so and shows what there is", async () => {
    await using root = new BoshRoot();
    const { code, stderr } = await root.bpm(["help", "nosuch"]);
    expect(code).toBe(0);
    expect(stderr).toContain("Unknown help topic");
    expect(stderr).toContain("nosuch");
    expect(stderr).toContain("Usage:");
  });

  const askingForIt = commandLines("version", "--version", "logs --version", "start web --version");
  test.each(askingForIt)("%s prints the version", async (_, words) => {
    await using root = new BoshRoot();
    expect(await root.bpm(words)).toEqual(version);
  });

  const withJob = ["start", "stop", "run", "pid", "logs"];
  test.each(withJob)("%s refuses names that are no names", async (command) => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const unsafe = [".", "..", "../web", "a/b", "/etc"];
    const words = unsafe.flatMap((name) => [
      [command, name],
      [command, "web", "-p", name],
    ]);
    for (const args of [...words, [command, ""]]) {
      const { code, stdout, stderr } = await root.bpm(args);
      expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: "" });
      expect(stderr).toMatch(/^(Usage:\n[^]*\n)?Error: ./);
    }
    expect(root.exists("sys/log/web") || root.exists("sys/run/bpm")).toBe(false);
  });

  const badRoots = ["tmp/relative", "/tmp/../tmp"];
  test.each(badRoots)("a BPM_BOSH_ROOT of %s is refused", async (path) => {
    await using root = new BoshRoot();
    const { code, stderr } = await root.bpm(["start", "web"], { env: { BPM_BOSH_ROOT: path } });
    expect(code).toBe(1);
    expect(stderr).toContain(path);
  });

  test.each(["start", "stop", "run"])("bpm %s makes no BOSH root that is missing", async (word) => {
    await using root = new BoshRoot();
    const missing = root.at("mistyped");
    const { code, stderr } = await root.bpm([word, "web"], { env: { BPM_BOSH_ROOT: missing } });
    expect(code).toBe(1);
    expect(stderr).toStartWith(`Error: open the BOSH root ${missing}: no such directory (ENOENT)`);
    expect(existsSync(missing)).toBe(false);
  });
});

describe.skipIf(!isSandboxed)("Without root", () => {
  const user = ["setpriv", `--reuid=${vcap.uid}`, `--regid=${vcap.gid}`, "--clear-groups"];

  const privileged = ["list", "start web", "stop web", "run web", "pid web", "logs web"];
  test.each(commandLines("", ...privileged))("bpm %s says that it must be", async (_, words) => {
    await using root = new BoshRoot();
    expect(await run([...user, root.bpmProgram, ...words], { env: root.environment() })).toEqual({
      code: 1,
      stdout: "",
      stderr: notRoot,
    });
  });

  test("group root is not enough", async () => {
    await using root = new BoshRoot();
    const rootGroup = user.with(2, "--regid=0");
    const argv = [...rootGroup, root.bpmProgram, "list"];
    expect((await run(argv, { env: root.environment() })).stderr).toBe(notRoot);
  });

  test.each(["version", "--version"])("bpm %s works", async (word) => {
    await using root = new BoshRoot();
    expect(await run([...user, root.bpmProgram, word])).toEqual(version);
  });

  test.each(commandLines("help", "start --help"))("bpm %s works", async (_, words) => {
    await using root = new BoshRoot();
    const { code, stdout } = await run([...user, root.bpmProgram, ...words]);
    expect(code).toBe(0);
    expect(stdout).toContain("Usage:");
  });
});

describe.skipIf(!isSandboxed)("The executable alone, without its library", () => {
  const needingNone = commandLines("", "version", "help", "start --help", "nosuch");
  test.each(needingNone)("answers bpm %s", async (_, words) => {
    await using root = new BoshRoot();
    const lonely = root.write("data/lonely/bpm", "", 0o755);
    copyFileSync(`${installedProduct()}/bpm`, lonely);
    const options = { env: root.environment() };
    expect(await run([lonely, ...words], options)).toEqual(
      await run([root.bpmProgram, ...words], options),
    );
  });
});
