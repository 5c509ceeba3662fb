/** `bpm validate` as a release's tests would call it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const main = join(import.meta.dir, "../../../src/main.ts");

const files = {
  "jobs/web/config/bpm.yml": "processes: [{name: web, executable: sh}]\n",
  "jobs/bad/config/bpm.yml": "processes: [{name: bad}]\n",
  "jobs/odd/config/bpm.yml": "process: []\n",
  "release/jobs/web/templates/bpm.yml":
    "processes: [{name: web, executable: sh, args: [/var/vcap/data/web/db]}]\n",
};

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "bpm-validate-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  mkdirSync(join(root, "jobs/without"));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function validate(...words: string[]) {
  const env = { ...process.env, BPM_BOSH_ROOT: root };
  const command = [process.execPath, main, "validate", ...words];
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { env, cwd: root, stdin: "ignore" });
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

const bad = (file: string) => `${file}:1:13: processes[0].executable: invalid config: executable\n`;
const odd = (file: string) =>
  `${file}:1:1: warning: process: unknown property \`process\` is ignored; ` +
  "did you mean processes?\n";

test("a good file", () => {
  const file = "jobs/web/config/bpm.yml";
  expect(validate(file)).toEqual({ exitCode: 0, stdout: `${file}: valid (web)\n`, stderr: "" });
});

test("a job", () => {
  const stdout = bad(join(root, "jobs/bad/config/bpm.yml"));
  const stderr = "Error: 1 error and 0 warnings in 1 file\n";
  expect(validate("bad")).toEqual({ exitCode: 1, stdout, stderr });
});

test("all jobs", () => {
  const at = (job: string) => join(root, `jobs/${job}/config/bpm.yml`);
  const stdout = `${bad(at("bad"))}${odd(at("odd"))}${at("web")}: valid (web)\n`;
  expect(validate()).toEqual({
    exitCode: 1,
    stdout,
    stderr: "Error: 1 error and 1 warning in 3 files\n",
  });
});

describe("warnings", () => {
  const file = "jobs/odd/config/bpm.yml";

  test("are no failure", () => {
    expect(validate(file)).toEqual({ exitCode: 0, stdout: odd(file), stderr: "" });
  });

  test("are one with --strict", () => {
    const stderr = "Error: 0 errors and 1 warning in 1 file\n";
    expect(validate("--strict", file)).toEqual({ exitCode: 1, stdout: odd(file), stderr });
  });
});

test("a release's template tells its job by its directory", () => {
  const { exitCode, stdout } = validate("release/jobs/web/templates/bpm.yml");
  expect(stdout).toContain("/var/vcap/data/web/db will not exist inside the sandbox");
  expect(exitCode).toBe(0);
});

test("a file that cannot be read does not hide the others", () => {
  const names = ["jobs/none/config/bpm.yml", "jobs/web/config/bpm.yml", "jobs/web"];
  const { exitCode, stdout } = validate(...names);
  const [missing, ...others] = stdout.trimEnd().split("\n");
  expect(missing).toStartWith("jobs/none/config/bpm.yml:1:1: ");
  expect(missing).toContain("(ENOENT)");
  expect(others).toEqual([
    "jobs/web/config/bpm.yml: valid (web)",
    "jobs/web:1:1: open jobs/web: it is not a regular file",
  ]);
  expect(exitCode).toBe(1);
});

test("--json is one document, whatever is wrong", () => {
  const names = ["jobs/bad/config/bpm.yml", "jobs/odd/config/bpm.yml"];
  const { exitCode, stdout } = validate("--json", ...names);
  const message = "invalid config: executable";
  expect(JSON.parse(stdout)).toMatchObject({
    files: [
      {
        file: "jobs/bad/config/bpm.yml",
        config: { processes: [{ name: "bad", executable: "" }] },
        errors: [{ path: "processes[0].executable", line: 1, column: 13, message }],
        warnings: [],
      },
      { file: "jobs/odd/config/bpm.yml", config: { processes: null }, errors: [] },
    ],
  });
  expect(exitCode).toBe(1);
});
