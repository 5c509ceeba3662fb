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

export class Monit implements AsyncDisposable {
  readonly #daemon: Bun.Subprocess;
  readonly #configuration: string;

  private constructor(configuration: string) {
    this.#configuration = configuration;
    // In the foreground, so that it is ours to end.
    this.#daemon = Bun.spawn(["monit", "-I", "-c", configuration], {
      stdio: ["ignore", "ignore", "ignore"],
    });
  }

  /** Starts monit, which looks at the processes once a second, and waits until it answers. */
  static async start(root: BoshRoot, checks: readonly string[]): Promise<Monit> {
    const directory = root.at("monit");
    mkdirSync(directory, { recursive: true });
    const configuration = join(directory, "monitrc");
    writeFileSync(configuration, [
      "set daemon 1",
      `set idfile ${directory}/id`,
      `set statefile ${directory}/state`,
      `set logfile ${directory}/log`,
      `set httpd unixsocket ${directory}/socket allow root:root`,
      ...checks,
    ].join("\n"));
    chmodSync(configuration, 0o600);
    const monit = new Monit(configuration);
    await eventually("monit's answer", async () => (await monit.#command("summary")).code === 0);
    return monit;
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#daemon.kill();
    await this.#daemon.exited;
  }
}
