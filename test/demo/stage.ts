/** A machine as the BOSH agent leaves it: jobs, packages, links, monit's configuration. */
import { chmodSync, copyFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyProduct } from "../support/product.ts";

const root = "/var/vcap";
const monitDirectory = `${root}/monit`;

export const monitrc = `${monitDirectory}/monitrc`;

/** Lays out /var/vcap, which is empty before. */
export function setStage(jobs: readonly string[]): void {
  const data = ["data/jobs", "data/packages", "data/sys/log", "data/sys/run"];
  for (const name of [...data, "jobs", "store"]) mkdirSync(join(root, name), { recursive: true });
  symlinkSync("data/sys", join(root, "sys"));
  symlinkSync("data/packages", join(root, "packages"));
  installBpm();
  for (const job of jobs) installJob(job);
  configureMonit();
}

/** bpm as a release delivers it; jobs call it by the link in jobs/bpm. */
function installBpm(): void {
  const directory = join(root, "packages/bpm/bin");
  mkdirSync(directory, { recursive: true });
  copyProduct(directory);
  mkdirSync(join(root, "jobs/bpm/bin"), { recursive: true });
  symlinkSync(join(directory, "bpm"), join(root, "jobs/bpm/bin/bpm"));
}

function installJob(job: string): void {
  const directory = join(root, "data/jobs", job);
  cpSync(join(import.meta.dirname, "jobs", job), directory, { recursive: true });
  symlinkSync(directory, join(root, "jobs", job));
}

function configureMonit(): void {
  mkdirSync(monitDirectory, { recursive: true });
  copyFileSync(join(root, "jobs/redis/monit"), join(monitDirectory, "redis.monitrc"));
  writeFileSync(
    monitrc,
    [
      "set daemon 1",
      `set idfile ${monitDirectory}/id`,
      `set statefile ${monitDirectory}/state`,
      `set logfile ${monitDirectory}/log`,
      `set httpd unixsocket ${monitDirectory}/socket allow root:root`,
      `include ${monitDirectory}/*.monitrc`,
      "",
    ].join("\n"),
  );
  chmodSync(monitrc, 0o600);
}
