/** monit as a machine has it: a service of systemd, in a cgroup that systemd kills as a whole. */

import { rmSync, writeFileSync } from "node:fs";
import type { BoshRoot } from "../support/bosh-root.ts";
import { mustRun, run } from "../support/command.ts";
import { configureMonit, MonitClient } from "./monit.ts";

/** systemd sees the same /run as the tests. */
const units = "/run/systemd/system";

export class MonitService extends MonitClient implements AsyncDisposable {
  readonly #unit = `monit-${crypto.randomUUID().slice(0, 8)}.service`;

  private constructor(configuration: string) {
    super(configuration);
    writeFileSync(
      `${units}/${this.#unit}`,
      [
        "[Unit]",
        "Description=monit of the tests",
        "[Service]",
        // Services do not see the tests' /var/vcap otherwise.
        `ExecStart=nsenter --mount=/proc/${process.pid}/ns/mnt -- monit -I -c ${configuration}`,
        "Restart=always",
        "RestartSec=100ms",
        "",
      ].join("\n"),
    );
  }

  static async start(root: BoshRoot, checks: readonly string[]): Promise<MonitService> {
    const monit = new MonitService(configureMonit(root, checks));
    await mustRun(["systemctl", "daemon-reload"]);
    await monit.systemctl("start");
    await monit.answers();
    return monit;
  }

  /** `start`, `stop`, `restart` or `kill` of the service, perhaps with options. */
  async systemctl(...words: string[]): Promise<void> {
    await mustRun(["systemctl", ...words, this.#unit]);
  }

  /** The service's main process; 0 while there is none. */
  async pid(): Promise<number> {
    const show = ["systemctl", "show", "--property=MainPID", "--value", this.#unit];
    return Number((await mustRun(show)).stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run(["systemctl", "stop", this.#unit]);
    rmSync(`${units}/${this.#unit}`);
    await mustRun(["systemctl", "daemon-reload"]);
  }
}
