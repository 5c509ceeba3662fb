/** What bpm must not leave, and ending what a test left running. */

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BoshRoot } from "./bosh-root.ts";
import { ownCgroupsOf } from "./cgroups.ts";
import { describe } from "./command.ts";
import { mountAt, mountsOf, parseMounts } from "./mounts.ts";
import { allPids, namespaceOf, readProcessFile } from "./process.ts";

export interface Leftovers {
  readonly processes: readonly number[];
  readonly states: readonly string[];
  readonly pidfiles: readonly string[];
}

/** What a root looks like when nothing runs. */
export const nothing: Leftovers = { processes: [], states: [], pidfiles: [] };

/** What bpm commands have left on a root, for a test to compare with `nothing`. */
export function leftovers(root: BoshRoot): Leftovers {
  const directory = root.at("sys/run/bpm");
  const files = existsSync(directory)
    ? readdirSync(directory, { recursive: true, encoding: "utf8" })
    : [];
  return {
    processes: sandboxedProcesses(root),
    states: root.states(),
    pidfiles: files.filter((name) => name.endsWith(".pid")),
  };
}

/** Every process in a mount namespace that bpm made for a job of this root. */
export function sandboxedProcesses(root: BoshRoot): number[] {
  const own = namespaceOf("self", "mnt");
  const tmp = mountAt(mountsOf("self"), "/tmp")?.device;
  // Mounts show as paths within the file system of /tmp, of which /var/vcap is a part.
  const mark = root.path === "/var/vcap" ? "/host/vcap/" : `${root.path.slice("/tmp".length)}/`;
  return allPids().filter((pid) => {
    const mountinfo = readProcessFile(pid, "mountinfo");
    if (!mountinfo?.includes(` ${mark}`) || namespaceOf(pid, "mnt") === own) return false;
    // Mounts that a test or a shared volume has made on the host are in every copy of its table.
    // Other suites run at the same time, on a /tmp of theirs with the same paths.
    return parseMounts(mountinfo).some(({ device, root: top, target }) => {
      return device === tmp && top.startsWith(mark) && !target.startsWith(root.path);
    });
  });
}

/** Ends what still runs below a root, removes the root, and fails when bpm left something. */
export async function cleanUp(root: BoshRoot): Promise<void> {
  const processes = sandboxedProcesses(root);
  const cgroups = [...new Set(processes.flatMap(ownCgroupsOf))];
  // A job that ignores TERM would make its stop, and so the test, last 17 seconds.
  for (const pid of processes) kill(pid);
  const outputs = await stopAll(root);
  const left = { ...leftovers(root), cgroups: cgroups.filter((path) => existsSync(path)) };
  remove(root);
  if (Object.values(left).some((list) => list.length > 0)) {
    const message = `bpm left ${JSON.stringify(left)} behind\n${outputs.join("")}`;
    // Of a test that has failed already, bun shows no second error.
    console.error(message);
    throw new Error(message);
  }
}

/** Stops every process that bpm has a state of. */
async function stopAll(root: BoshRoot): Promise<string[]> {
  const outputs: string[] = [];
  for (const id of root.states()) {
    const file = root.at(`sys/run/bpm-state/${id}/state.json`);
    if (!existsSync(file)) continue;
    const { job, process } = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
    const args = ["stop", job ?? "", "-p", process ?? ""];
    outputs.push(describe(["bpm", ...args], await root.bpm(args)));
  }
  return outputs;
}

function remove(root: BoshRoot): void {
  const below = mountsOf("self").filter(({ target }) => target.startsWith(`${root.path}/`));
  for (const { target } of below.reverse()) Bun.spawnSync(["umount", "--lazy", target]);
  const names = root.path === "/var/vcap" ? readdirSync(root.path) : [""];
  for (const name of names) rmSync(join(root.path, name), { recursive: true, force: true });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
