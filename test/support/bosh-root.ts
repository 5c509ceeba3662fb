/** A BOSH root for one test, laid out as on a stemcell, and bpm commands on it. */

import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { cleanUp } from "./clean-up.ts";
import type { CommandOptions, CommandResult } from "./command.ts";
import { describe, plainEnvironment, run } from "./command.ts";
import { installedProduct, probeProgram } from "./product.ts";
import { eventually } from "./wait.ts";

/** One entry of `processes` in bpm.yml; name and executable have defaults. */
export type ProcessSpec = Readonly<Record<string, unknown>>;

/** The probe as a job sees it. */
export const probe = "/var/vcap/packages/probe/bin/probe";

export interface LogLine {
  readonly timestamp: string;
  readonly level: string;
  readonly source: string;
  readonly message: string;
  readonly data: Readonly<Record<string, string>>;
}

export class BoshRoot implements AsyncDisposable {
  readonly path: string;

  /** A new root below /tmp, or at an empty directory that is there already. */
  constructor(path = mkdtempSync("/tmp/root-")) {
    this.path = path;
    chmodSync(path, 0o755);
    const directories = ["data/jobs", "data/packages", "data/sys/log", "data/sys/run"];
    for (const name of [...directories, "jobs", "packages", "store"]) {
      mkdirSync(join(path, name), { recursive: true });
    }
    symlinkSync(join(path, "data/sys"), join(path, "sys"));
    this.package("probe", (directory) => cpSync(probeProgram, `${directory}/bin/probe`));
    mkdirSync(join(path, "jobs/bpm/bin"), { recursive: true });
    symlinkSync(join(installedProduct(), "bpm"), this.bpmProgram);
  }

  /** The canonical command: a link to the installed executable. */
  get bpmProgram(): string {
    return join(this.path, "jobs/bpm/bin/bpm");
  }

  /** A package in data/packages with its link in packages, as the agent installs it. */
  package(name: string, fill: (directory: string) => void): void {
    const directory = join(this.path, "data/packages", name, "1");
    mkdirSync(join(directory, "bin"), { recursive: true });
    fill(directory);
    symlinkSync(`../data/packages/${name}/1`, join(this.path, "packages", name));
  }

  /**
   * A job: its bpm.yml (text, one process or several) and further files below its directory.
   * Without an executable a process runs the probe.
   */
  job(
    name: string,
    config: string | ProcessSpec | readonly ProcessSpec[],
    files: Readonly<Record<string, string>> = {},
  ): void {
    const link = join(this.path, "jobs", name);
    const directory = join(this.path, "data/jobs", name, "1");
    mkdirSync(join(directory, "config"), { recursive: true });
    if (!existsSync(link)) symlinkSync(directory, link);
    writeFileSync(join(directory, "config/bpm.yml"), bpmYml(name, config));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
      chmodSync(join(directory, path), path.startsWith("bin/") ? 0o755 : 0o644);
    }
  }

  /** Runs bpm on this root. */
  async bpm(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return run([this.bpmProgram, ...args], { ...options, env: this.environment(options.env) });
  }

  /** Runs bpm and expects exit status 0. */
  async mustBpm(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const result = await this.bpm(args, options);
    if (result.code !== 0) throw new Error(describe(["bpm", ...args], result));
    return result;
  }

  /** Starts bpm without waiting for it. */
  spawn(args: readonly string[], env: Record<string, string> = {}) {
    return Bun.spawn([this.bpmProgram, ...args], {
      env: { ...plainEnvironment, ...this.environment(env) },
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  environment(env: Record<string, string> = {}): Record<string, string> {
    return { BPM_BOSH_ROOT: this.path, ...env };
  }

  /** Starts a process and returns the pid of its init. */
  async start(job: string, process = job): Promise<number> {
    await this.mustBpm(["start", job, "-p", process]);
    return this.pid(job, process);
  }

  async stop(job: string, process = job): Promise<void> {
    await this.mustBpm(["stop", job, "-p", process]);
  }

  /** The path on the host of what a job sees as `/var/vcap/...`, or of a path below the root. */
  at(path: string): string {
    return join(this.path, path.replace(/^\/var\/vcap\//, ""));
  }

  exists(path: string): boolean {
    return lstatSync(this.at(path), { throwIfNoEntry: false }) !== undefined;
  }

  read(path: string): string {
    return readFileSync(this.at(path), "utf8");
  }

  /** Writes a file, with the directories above it. */
  write(path: string, content: string, mode = 0o644): string {
    const file = this.at(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
    return file;
  }

  /** The pid in the pidfile. */
  pid(job: string, process = job): number {
    return Number(this.read(pidfile(job, process)));
  }

  stdout(job: string, process = job): string {
    return this.read(`sys/log/${job}/${process}.stdout.log`);
  }

  stderr(job: string, process = job): string {
    return this.read(`sys/log/${job}/${process}.stderr.log`);
  }

  /** Waits until the process has printed a line on stdout that contains `text`. */
  async printed(job: string, text: string, process = job): Promise<void> {
    const log = `sys/log/${job}/${process}.stdout.log`;
    await eventually(
      `"${text}" in ${log}`,
      () => this.exists(log) && this.read(log).includes(text),
    );
  }

  bpmLog(job: string): LogLine[] {
    const lines = this.read(`sys/log/${job}/bpm.log`)
      .split("\n")
      .filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line) as LogLine);
  }

  /** The messages in bpm.log, each without its `bpm.` and command. */
  bpmMessages(job: string): string[] {
    return this.bpmLog(job).map(({ message }) => message.replace(/^bpm\.[a-z]+\./, ""));
  }

  /** The states that bpm has written down, by container id. */
  states(): string[] {
    return this.exists("sys/run/bpm-state") ? readdirSync(this.at("sys/run/bpm-state")) : [];
  }

  stateFile(job: string, process = job): string {
    return this.at(`sys/run/bpm-state/${containerId(job, process)}/state.json`);
  }

  /** Ends what still runs, checks that bpm takes all of it away, and removes the root. */
  async [Symbol.asyncDispose](): Promise<void> {
    await cleanUp(this);
  }
}

/** The container id: every byte that is not a letter, digit, _ or - written .xx in hex. */
export function containerId(job: string, process = job): string {
  const name = job === process ? job : `${job}.${process}`;
  const bytes = [...Buffer.from(name)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[\w-]/.test(character) ? character : `.${byte.toString(16).padStart(2, "0")}`;
  });
  return `bpm-${bytes.join("")}`;
}

export function pidfile(job: string, process = job): string {
  return `sys/run/bpm/${job}/${process}.pid`;
}

function bpmYml(name: string, config: string | ProcessSpec | readonly ProcessSpec[]): string {
  if (typeof config === "string") return config;
  const list: readonly ProcessSpec[] = config instanceof Array ? config : [config];
  // JSON is YAML.
  return JSON.stringify(
    { processes: list.map((spec) => ({ name, executable: probe, ...spec })) },
    undefined,
    2,
  );
}
