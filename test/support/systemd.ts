/** The service manager of this machine, where it is systemd. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isV2 } from "./cgroups.ts";

/** Whether PID 1 is systemd. */
export const hasSystemd =
  existsSync("/run/systemd/private") && readFileSync("/proc/1/comm", "utf8") === "systemd\n";

/** Whether bpm asks it for scopes: where it owns the one tree of cgroup v2. */
export const hasScopes = hasSystemd && isV2;

/** Whether this machine was made for the tests, which may then do to it what they like. */
export const isGuest = process.env["BPM_TEST_GUEST"] !== undefined;

/** Every unit that systemd knows by names that fit, in whatever state: one line each. */
export function unitsLike(pattern: string): string[] {
  const list = ["list-units", "--all", "--plain", "--no-legend", pattern];
  const { success, stdout, stderr } = Bun.spawnSync(["systemctl", ...list]);
  if (!success) throw new Error(`systemctl ${list.join(" ")}: ${stderr.toString()}`);
  return stdout
    .toString()
    .split("\n")
    .filter((line) => line !== "");
}

/** Keeps systemd from doing anything, as if it hung, until the result is disposed of. */
export function freezeSystemd(): Disposable {
  const file = "/sys/fs/cgroup/init.scope/cgroup.freeze";
  writeFileSync(file, "1");
  return { [Symbol.dispose]: () => writeFileSync(file, "0") };
}
