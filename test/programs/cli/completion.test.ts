/** Completion, as the keys of a real shell bring it about. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missingCommands } from "../../support/debian.ts";
import { InteractiveShell } from "../../support/interactive-shell.ts";

const main = join(import.meta.dir, "../../../src/main.ts");
const missing = await missingCommands({ bash: "bash", fish: "fish", zsh: "zsh" });

let root = "";
let env: Record<string, string> = {};
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "bpm-completion-"));
  chmodSync(root, 0o755);
  const bpmYml = (...names: string[]) =>
    `processes:\n${names.map((name) => `- { name: ${name}, executable: x }\n`).join("")}`;
  write("jobs/web/config/bpm.yml", bpmYml("web", "worker", '"two words"'));
  write("jobs/broken/config/bpm.yml", "{");
  mkdirSync(join(root, "jobs/unmanaged"));
  write("release.yml", bpmYml("web"));
  write("bin/bpm", `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`);
  chmodSync(join(root, "bin/bpm"), 0o755);
  env = {
    PATH: `${root}/bin:/usr/bin:/bin`,
    HOME: root,
    LANG: "C.UTF-8",
    TERM: "dumb",
    BPM_BOSH_ROOT: root,
  };
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
}

function spawn(command: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { env, cwd: root, stdin: "ignore" });
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** The words that bpm offers at the end of a line; a blank there begins a new word. */
function offered(line: string): string[] {
  const { exitCode, stdout, stderr } = spawn(["bpm", "__complete", "--", ...line.split(" ")]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((text) => text.split("\t")[0] ?? "");
}

describe("what can follow", () => {
  test.each([
    ["sta", ["start"]],
    ["job ", ["lint", "properties", "render"]],
    ["job re", ["render"]],
    ["job render --pro", ["--properties"]],
    ["job render ", [":files"]],
    ["s", ["shell", "start", "stop"]],
    ["-", ["--help", "--version"]],
    ["nosuch ", []],
    ["start ", ["broken", "web"]],
    ["stop w", ["web"]],
    ["start web ", []],
    ["start -", ["--process", "--help", "--version"]],
    ["start web -p ", ["web", "worker", "two words"]],
    ["start web -p wo", ["worker"]],
    ["start web --process ", ["web", "worker", "two words"]],
    ["start web --process=wo", ["--process=worker"]],
    ["start web --nosuch=", []],
    ["start web --nosuch ", []],
    ["start -p ", []],
    ["start -p worker ", ["broken", "web"]],
    ["start broken -p ", []],
    ["start nosuch -p ", []],
    ["start .. -p ", []],
    ["logs web -fp wo", ["worker"]],
    ["trace w", ["web"]],
    ["trace web -p wo", ["worker"]],
    ["logs web -n ", []],
    ["logs -n5 w", ["web"]],
    ["run -v /var/vcap/data/x:writable w", ["web"]],
    ["run -e A=b w", ["web"]],
    ["start -- w", []],
    ["help sto", ["stop"]],
    ["completion ", ["bash", "zsh", "fish"]],
    ["completion bash ", []],
    ["validate ", [":files", "broken", "web"]],
    ["validate web w", [":files", "web"]],
    ["version ", []],
  ])("bpm %s", (line, words) => {
    expect(offered(line)).toEqual(words);
  });

  test("every command that help lists, and no other", () => {
    const { stdout } = spawn(["bpm", "help"]);
    const [, table = ""] = /Available Commands:\n([^]*?)\n\n/.exec(stdout) ?? [];
    expect(offered("")).toEqual(table.split("\n").map((line) => line.trim().split(" ")[0] ?? ""));
    expect(offered("")).toContain("completion");
    expect(offered("__")).toEqual([]);
  });
});

test.each([
  [["completion"], "must specify a shell: bash, zsh or fish"],
  [["completion", "csh"], 'no completion for "csh", only for bash, zsh and fish'],
])("bpm %j is explained", (words, message) => {
  const { exitCode, stdout, stderr } = spawn(["bpm", ...words]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toStartWith("Usage:\n  bpm completion <bash|zsh|fish> [flags]\n");
  expect(stderr).toEndWith(`\n\nError: ${message}\n`);
});

test.skipIf(process.geteuid?.() !== 0)("who may not read the jobs is offered none", () => {
  chmodSync(join(root, "jobs"), 0o700);
  const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
  const result = spawn([...asNobody, "bpm", "__complete", "--", "start", ""]);
  chmodSync(join(root, "jobs"), 0o755);
  expect(result).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});

/** What is typed, a tab behind it, and the words of the line after that. */
const typed: [keys: string, words: string[]][] = [
  ["bpm sto", ["bpm", "stop"]],
  ["bpm start we", ["bpm", "start", "web"]],
  ["bpm start nosuch", ["bpm", "start", "nosuch"]],
  ["bpm start web --pro", ["bpm", "start", "web", "--process"]],
  ["bpm start web -p wo", ["bpm", "start", "web", "-p", "worker"]],
  ["bpm start web -p tw", ["bpm", "start", "web", "-p", "two words"]],
  ["bpm start web --process=wo", ["bpm", "start", "web", "--process=worker"]],
  [
    "bpm run -v /var/vcap/data/x:writable we",
    ["bpm", "run", "-v", "/var/vcap/data/x:writable", "web"],
  ],
  ["bpm completion z", ["bpm", "completion", "zsh"]],
  ["bpm validate rel", ["bpm", "validate", "release.yml"]],
  ["bpm validate we", ["bpm", "validate", "web"]],
  ["bpm start rel", ["bpm", "start", "rel"]],
];

const shells: [name: string, argv: string[], setUp: string][] = [
  ["bash", ["bash", "--noprofile", "--norc"], "source <(bpm completion bash)"],
  ["zsh", ["zsh", "-f"], "autoload -Uz compinit; compinit -D -u; source <(bpm completion zsh)"],
];
for (const [name, argv, setUp] of shells) {
  describe.skipIf(missing.includes(name))(`${name} (if it is here or can be installed)`, () => {
    let shell: InteractiveShell;
    beforeAll(async () => {
      shell = new InteractiveShell(argv, { env, cwd: root });
      await shell.run(setUp);
    });
    afterAll(() => shell[Symbol.asyncDispose]());

    test.each(typed)("completes %s", async (keys, words) => {
      expect(await shell.words(`${keys}\t`)).toEqual(words);
    });

    test("shows no error of bpm's", () => {
      expect(shell.shown).not.toContain("Error");
    });
  });
}

describe.skipIf(missing.includes("fish"))("fish (if it is here or can be installed)", () => {
  const setUp = "bpm completion fish | source";

  test.each([
    ["bpm sto", ["stop\tstop a process of a job"]],
    ["bpm start we", ["web\tjob"]],
    ["bpm start nosuch", []],
    ["bpm start rel", []],
    ["bpm start web -p wo", ["worker\tprocess of web"]],
    ["bpm start web --process=wo", ["--process=worker\tprocess of web"]],
    ["true; bpm stop we", ["web\tjob"]],
    ["bpm validate we", ["web\tjob"]],
  ])("completes %s", (line, expected) => {
    const command = ["fish", "--no-config", "-c", `${setUp}; complete -C '${line}'`];
    const { stdout, stderr } = spawn(command);
    expect(stderr).toBe("");
    expect(stdout.split("\n").slice(0, -1)).toEqual(expected);
  });

  test("completes the names of files where bpm takes files", () => {
    const script = `${setUp}; complete -C 'bpm validate rel'`;
    const { stdout } = spawn(["fish", "--no-config", "-c", script]);
    expect(stdout).toStartWith("release.yml");
  });
});
