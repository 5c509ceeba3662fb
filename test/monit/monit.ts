/** A real monit, with the monit files of jobs below /var/vcap as a BOSH agent gives them to it. */

import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BoshRoot } from "../support/bosh-root.ts";
import { run } from "../support/command.ts";
import { eventually } from "../support/wait.ts";

/** The standard monit file of a job's process; `seconds` is how long a start may take. */
export function monitFile(job: string, process = job, seconds = 30): string {
  const flag = process === job ? "" : ` -p ${process}`;
  return [
    `check process ${job}-${process}`,
    `  with pidfile /var/vcap/sys/run/bpm/${job}/${process}.pid`,
    `  start program "/var/vcap/jobs/bpm/bin/bpm start ${job}${flag}"`,
    `    with timeout ${seconds} seconds`,
    `  stop program "/var/vcap/jobs/bpm/bin/bpm stop ${job}${flag}"`,
    "  group vcap",
    "",
  ].join("\n");
}

/** Writes the configuration of a monit that looks at the processes once a second; its path. */
export function configureMonit(root: BoshRoot, checks: readonly string[]): string {
  const directory = root.at("monit");
  mkdirSync(directory, { recursive: true });
  const configuration = join(directory, "monitrc");
  writeFileSync(
    configuration,
    [
      "set daemon 1",
      `set idfile ${directory}/id`,
      `set pidfile ${directory}/pid`,
      `set statefile ${directory}/state`,
      `set logfile ${directory}/log`,
      `set httpd unixsocket ${directory}/socket allow root:root`,
      ...checks,
    ].join("\n"),
  );
  chmodSync(configuration, 0o600);
  return configuration;
}

/** What one asks a running monit, whoever runs it. */
export class MonitClient {
  readonly #configuration: string;

  constructor(configuration: string) {
    this.#configuration = configuration;
  }

  /** Waits until it answers. */
  async answers(): Promise<void> {
    await eventually("monit's answer", async () => (await this.#command("summary")).code === 0);
  }

  /** `start`, `stop`, `restart`, `monitor` or `unmonitor` of one process. */
  async tell(verb: string, name: string): Promise<void> {
    // It refuses while it is still at another action for the same process.
    const told = async () => (await this.#command(verb, name)).code === 0;
    await eventually(`monit ${verb} ${name}`, told);
  }

  /** For example OK, `Not monitored`, `Execution failed`. */
  async status(name: string): Promise<string> {
    const { stdout } = await this.#command("status", name);
    return /^ +status +(.*)$/m.exec(stdout)?.[1]?.trim() ?? "";
  }

  async until(name: string, status: RegExp): Promise<void> {
    await eventually(`${name} ${status}`, async () => status.test(await this.status(name)));
  }

  #command(...words: string[]) {
    return run(["monit", "-c", this.#configuration, ...words]);
  }
}

/** A monit that is a child of the test. */
export class Monit extends MonitClient implements AsyncDisposable {
  readonly #daemon: Bun.Subprocess;

  private constructor(configuration: string) {
    super(configuration);
    // In the foreground, so that it is ours to end.
    this.#daemon = Bun.spawn(["monit", "-I", "-c", configuration], {
      stdio: ["ignore", "ignore", "ignore"],
    });
  }

  /** Starts it and waits until it answers. */
  static async start(root: BoshRoot, checks: readonly string[]): Promise<Monit> {
    const monit = new Monit(configureMonit(root, checks));
    await monit.answers();
    return monit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#daemon.kill();
    await this.#daemon.exited;
  }
}
