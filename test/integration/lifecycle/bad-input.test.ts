import { describe, expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { BoshRoot } from "../../support/bosh-root.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { isSandboxed } from "../../support/product.ts";

/** bpm.yml, where in it the error is (line:column), and what the message has. */
type Row = [what: string, text: string, position: string, message: string];

const rows: Row[] = [
  ["no YAML", "processes: [\n", "", ""],
  ["a tab for indentation", "processes:\n\t- name: web\n", "2:", ""],
  ["a list at the top", "- name: web\n", "1:1", ""],
  ["processes that are no list", "processes: many\n", "1:12", "processes"],
  ["a process that is no map", "processes:\n- web\n", "2:3", "processes[0]"],
  ["a process that is null", "processes:\n-\n", "2:", "processes[0]"],
  ["no name", "processes:\n- executable: /bin/true\n", "2:3", "invalid config: name"],
  [
    "an empty name",
    "processes:\n- name: ''\n  executable: /bin/true\n",
    "2:",
    "invalid config: name",
  ],
  ["no executable", "processes:\n- name: web\n", "2:3", "invalid config: executable"],
  ["a key twice", "processes:\n- name: web\n  name: web\n  executable: /x\n", "3:3", "name"],
  [
    "words for a number",
    process("limits:\n    open_files: many"),
    "5:17",
    "processes[0].limits.open_files",
  ],
  [
    "a negative number",
    process("limits:\n    open_files: -1"),
    "5:17",
    "processes[0].limits.open_files",
  ],
  [
    "a memory without unit",
    process("limits:\n    memory: 5 apples"),
    "5:13",
    "byte quantity must be",
  ],
  [
    "a word for a boolean",
    process("ephemeral_disk: perhaps"),
    "4:19",
    "processes[0].ephemeral_disk",
  ],
  ["a map for args", process("args: {a: b}"), "4:9", "processes[0].args"],
  ["a list for env", process("env: [a]"), "4:8", "processes[0].env"],
  [
    "another shutdown signal",
    process("shutdown_signal: HUP"),
    "4:20",
    "shutdown signal should either be 'TERM' or 'INT' (or left unspecified), but got 'HUP'",
  ],
  [
    "a volume outside",
    process("additional_volumes:\n  - path: /etc"),
    "5:",
    "invalid volume path: /etc must be within /var/vcap",
  ],
  [
    "a volume that looks as if inside",
    process("additional_volumes:\n  - path: /var/vcapx"),
    "5:",
    "invalid volume path: /var/vcapx must be within /var/vcap",
  ],
  [
    "a volume that is not canonical",
    process("additional_volumes:\n  - path: /var/vcap/a/../b"),
    "5:",
    "volume path must be canonical, expected /var/vcap/b but got /var/vcap/a/../b",
  ],
  [
    "a volume of the job's own",
    process("additional_volumes:\n  - path: /var/vcap/data/web"),
    "5:",
    "cannot conflict with default job data or store directories",
  ],
  ["a relative working directory", process("workdir: here"), "", "here"],
];

/** A process that is fine but for these lines. */
function process(lines: string): string {
  return `processes:\n- name: web\n  executable: /bin/true\n  ${lines}\n`;
}

function files(root: BoshRoot): string[] {
  return readdirSync(root.path, { recursive: true, encoding: "utf8" }).sort();
}

/** What even a command that fails may make: the record of its failure, and its lock. */
const records = [
  "data/bpm",
  "data/bpm/locks",
  "data/bpm/locks/job-bpm-web.2eweb.lock",
  "data/sys/log/web",
  "data/sys/log/web/bpm.log",
];

describe.skipIf(!isSandboxed).each(["start", "run"])("bpm %s of a bpm.yml with", (command) => {
  test.each(rows)("%s says where and changes nothing", async (_, text, position, message) => {
    await using root = new BoshRoot();
    root.job("web", text);
    const before = files(root);
    const { code, stdout, stderr } = await root.bpm([command, "web"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toStartWith("Error: failed to ");
    expect(stderr).toContain(message);
    if (position !== "")
      expect(stderr).toContain(`${root.path}/jobs/web/config/bpm.yml:${position}`);
    expect(stderr).not.toMatch(/^ +at /m);
    const fresh = files(root).filter((name) => !before.includes(name));
    expect(fresh.filter((name) => !records.includes(name) && !name.startsWith("sys/"))).toEqual([]);
    expect(leftovers(root)).toEqual(nothing);
    expect(root.bpmLog("web").some(({ level }) => level === "error")).toBe(true);
  });
});

describe.skipIf(!isSandboxed)("A bpm.yml", () => {
  test("with several errors has them all told at once", async () => {
    await using root = new BoshRoot();
    const first = "- executable: /bin/true\n  limits: {open_files: many}\n";
    root.job("web", `processes:\n${first}- name: web\n  shutdown_signal: HUP\n`);
    const { stderr } = await root.bpm(["start", "web"]);
    for (const part of [
      "invalid config: name",
      "invalid config: executable",
      "open_files",
      "'HUP'",
    ]) {
      expect(stderr).toContain(part);
    }
  });

  test("with keys that bpm does not know is fine, with a warning in bpm.log", async () => {
    await using root = new BoshRoot();
    root.job("web", process("exectuable: /bin/false\n  limits: {cpu: 3}"));
    expect(await root.bpm(["run", "web"])).toEqual({ code: 0, stdout: "", stderr: "" });
    const log = root.read("sys/log/web/bpm.log");
    expect(log).toContain("exectuable");
    expect(log).toContain("cpu");
  });

  test("that is missing is named", async () => {
    await using root = new BoshRoot();
    const { code, stderr } = await root.bpm(["start", "nosuch"]);
    expect(code).toBe(1);
    expect(stderr).toStartWith("Error: failed to parse job configuration: ");
    expect(stderr).toContain(`${root.path}/jobs/nosuch/config/bpm.yml`);
    expect(stderr).toContain("ENOENT");
  });

  test("without the process is named", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"] });
    const file = `${root.path}/jobs/web/config/bpm.yml`;
    expect(await root.bpm(["start", "web", "-p", "nosuch"])).toEqual({
      code: 1,
      stdout: "",
      stderr: `Error: process "nosuch" not present in job configuration (${file})\n`,
    });
  });

  test("is read with a BOM, CRLF, anchors and merges", async () => {
    await using root = new BoshRoot();
    const lines = [
      "x: &base",
      "  executable: /bin/echo",
      "processes:",
      "- <<: *base",
      "  name: web",
      "  args: [2424, 1.10, 0x1F, 2024-01-01, yes, 'a: b']",
    ];
    root.job("web", "");
    writeFileSync(root.at("jobs/web/config/bpm.yml"), `\ufeff${lines.join("\r\n")}\r\n`);
    expect((await root.bpm(["run", "web"])).stdout).toBe("2424 1.10 0x1F 2024-01-01 yes a: b\n");
  });

  test("that is empty has no processes", async () => {
    await using root = new BoshRoot();
    root.job("web", "# nothing\n");
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toContain('process "web" not present in job configuration');
    expect((await root.bpm(["list"])).stdout).toBe("Name Pid Status\n");
  });
});

describe.skipIf(!isSandboxed)("A machine without", () => {
  test("the account vcap is told so", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"] });
    const script =
      `grep -v '^vcap:' /etc/passwd > ${root.path}/passwd; ` +
      `mount --bind ${root.path}/passwd /etc/passwd; exec ${root.bpmProgram} start web`;
    const argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script];
    const child = Bun.spawnSync(argv, {
      env: { ...root.environment(), PATH: "/usr/bin:/bin:/sbin" },
    });
    expect(child.exitCode).toBe(1);
    expect(child.stderr.toString()).toMatch(/^Error: [^\n]*vcap[^\n]*\/etc\/passwd/);
  });
});
