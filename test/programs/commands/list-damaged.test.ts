/** Whatever the files of one job hold, `bpm list` tells of that one and lists the others. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownIdentity } from "../../../src/host/process.ts";
import { state } from "../../unit/lifecycle/fixtures.ts";

const main = join(import.meta.dir, "../../../src/main.ts");
const asRoot = test.skipIf(process.geteuid?.() !== 0);
const alive = { ...ownIdentity(), creator: ownIdentity() };

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "bpm-damaged-"));
  configure("good", "processes: [{name: good, executable: /w}]\n");
});
afterAll(() => rmSync(root, { recursive: true }));

function configure(job: string, text: string): void {
  mkdirSync(join(root, "jobs", job, "config"), { recursive: true });
  writeFileSync(join(root, "jobs", job, "config/bpm.yml"), text);
}

/** What `bpm list` prints while `damage` has been done to the job `odd`, and its states. */
function list(damage: (job: string, stateOf: string) => void, ...flags: string[]) {
  const [job, states] = [join(root, "jobs/odd"), join(root, "sys/run/bpm-state")];
  mkdirSync(join(job, "config"), { recursive: true });
  mkdirSync(join(states, "bpm-odd"), { recursive: true });
  try {
    damage(job, join(states, "bpm-odd"));
    const command = [process.execPath, main, "list", ...flags];
    const { stdout, stderr, exitCode } = Bun.spawnSync(command, { env: { BPM_BOSH_ROOT: root } });
    return { stdout: stdout.toString(), stderr: stderr.toString(), exitCode };
  } finally {
    rmSync(job, { recursive: true });
    rmSync(states, { recursive: true });
  }
}

const config = (text: string) => (job: string) => writeFileSync(join(job, "config/bpm.yml"), text);
const noted = (file: string, value: unknown) => (_job: string, directory: string) => {
  const running = state({ id: "bpm-odd", job: "odd", process: "odd", ...alive });
  writeFileSync(join(directory, "state.json"), JSON.stringify(running));
  writeFileSync(join(directory, file), JSON.stringify(value) ?? "{");
};
const stateWith = (fields: object) =>
  noted("state.json", { ...state({ id: "bpm-odd", job: "odd", process: "odd" }), ...fields });
const dead = { start_time: "1" };

describe("bpm list goes on", () => {
  const cases: [string, (job: string, directory: string) => void, complaint: string][] = [
    [
      "a name with a slash",
      config("processes: [{name: a/b, executable: /w}]\n"),
      'processes[0].name: invalid process name "a/b": it contains a slash',
    ],
    ["the name ..", config("processes: [{name: .., executable: /w}]\n"), "it names a directory"],
    ["the name .", config("processes: [{name: ., executable: /w}]\n"), "it names a directory"],
    ["no YAML", config("{{{"), "invalid config for odd: "],
    [
      "a bpm.yml that is a FIFO",
      (job) => {
        Bun.spawnSync(["mkfifo", join(job, "config/bpm.yml")]);
      },
      "it is not a regular file",
    ],
    [
      "a bpm.yml that is a loop of links",
      (job) => {
        symlinkSync("bpm.yml", join(job, "config/bpm.yml"));
      },
      "ELOOP",
    ],
    [
      "a job that is a file",
      (job) => {
        rmSync(job, { recursive: true });
        writeFileSync(job, "");
      },
      "",
    ],
    ["a state that is no JSON", noted("state.json", undefined), ""],
    ["a state that is null", noted("state.json", null), ""],
    [
      "a state that is a directory",
      (_, directory) => {
        mkdirSync(join(directory, "state.json"));
      },
      "",
    ],
    ["a state with a job's name that leads elsewhere", stateWith({ job: "../x" }), ""],
    ["a state of a later version", stateWith({ ...alive, since: 1, cgroups: [] }), ""],
    [
      "an exit.json with a time that no Date has",
      (job, directory) => {
        stateWith(dead)(job, directory);
        const record = { exit_code: 0, signal: null, oom_killed: false, ended_ms: 8.7e15 };
        writeFileSync(join(directory, "exit.json"), JSON.stringify(record));
      },
      "",
    ],
    [
      "an exit.json that is a directory",
      (job, directory) => {
        stateWith(dead)(job, directory);
        mkdirSync(join(directory, "exit.json"));
      },
      "",
    ],
  ];
  const each = cases.flatMap(([name, damage, complaint]) =>
    ["--wide=false", "--wide", "--json"].map((flag) => [name, flag, damage, complaint] as const),
  );

  asRoot.each(each)(
    "with %s (%s)",
    (_, flag, damage, complaint) => {
      const { stdout, stderr, exitCode } = list(damage, flag);
      expect({ exitCode, stdout, stderr }).toEqual({
        exitCode: 0,
        stdout: expect.stringContaining("good"),
        stderr: complaint === "" ? "" : expect.stringContaining(complaint),
      });
    },
    30_000,
  );
});

asRoot(
  "a state of a later version counts, with what is known of it",
  () => {
    const { stdout } = list(stateWith({ ...alive, since: 1 }));
    expect(stdout).toContain(`odd  ${process.pid} running\n`);
  },
  30_000,
);

asRoot(
  "control characters of names are not for the terminal",
  () => {
    const text = 'processes: [{name: "\\e[31mred\\n\\t\\x9b", executable: /w}]\n';
    const { stdout } = list(config(text));
    expect(stdout).toContain("odd.\\x1b[31mred\\n\\t\\x9b -   stopped\n");
  },
  30_000,
);
