/** Containers as bpm meets them where there is no systemd: made of namespaces and cgroups. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import type { BoshRoot } from "./bosh-root.ts";
import { mustRun, run, type CommandResult } from "./command.ts";
import { mountsOf } from "./mounts.ts";
import { childrenOf } from "./process.ts";
import { eventually } from "./wait.ts";

/** What a container shows of cgroups: see enter-container. */
export type Layout = "namespace" | "read-only" | "bare" | "shared";

export class Container implements AsyncDisposable {
  readonly #root: BoshRoot;
  readonly #engine: Bun.Subprocess;
  readonly #pid: number;
  /** The directories of the machine's hierarchies that are the container's. */
  readonly cgroups: readonly string[];

  private constructor(
    root: BoshRoot,
    engine: Bun.Subprocess,
    pid: number,
    cgroups: readonly string[],
  ) {
    this.#root = root;
    this.#engine = engine;
    this.#pid = pid;
    this.cgroups = cgroups;
  }

  static async start(root: BoshRoot, layout: Layout): Promise<Container> {
    const cgroups = makeCgroups(`container-${crypto.randomUUID().slice(0, 8)}`);
    const ready = root.at("container-ready");
    const enter = join(import.meta.dirname, "enter-container");
    const argv = [enter, layout, ready, ...cgroups];
    const engine = Bun.spawn(argv, { stdio: ["ignore", "inherit", "inherit"] });
    await eventually("the container", () => {
      if (engine.exitCode !== null) {
        throw new Error(`enter-container: exit status ${engine.exitCode}`);
      }
      return existsSync(ready);
    });
    const [pid] = childrenOf(engine.pid);
    if (pid === undefined) throw new Error("the container has no process");
    return new Container(root, engine, pid, cgroups);
  }

  /** Runs a command in it, as one of its own processes. */
  async run(argv: readonly string[]): Promise<CommandResult> {
    return run([...this.#enter(), ...argv], { env: this.#root.environment() });
  }

  async bpm(...args: string[]): Promise<CommandResult> {
    return this.run([this.#root.bpmProgram, ...args]);
  }

  /** What a file says in the container. */
  async read(path: string): Promise<string> {
    return (await mustRun([...this.#enter(), "cat", path])).stdout;
  }

  /** Ends it, with everything in it, and its cgroups. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#engine.kill("SIGKILL");
    await this.#engine.exited;
    for (const directory of this.cgroups) {
      await eventually(`the end of ${directory}`, () => members(directory).length === 0);
      removeTree(directory);
    }
  }

  #enter(): string[] {
    const script = join(import.meta.dirname, "exec-in-container");
    return [script, String(this.#pid), ...this.cgroups.map(procsOfFirst), "--"];
  }
}

/** Where a container's first process is, which may have moved on. */
function procsOfFirst(directory: string): string {
  const init = join(directory, "init/cgroup.procs");
  return existsSync(init) ? init : join(directory, "cgroup.procs");
}

/** A cgroup of this name in each hierarchy. */
function makeCgroups(name: string): string[] {
  const hierarchies = mountsOf("self").filter(({ type, superOptions }) => {
    // A new cpuset takes no process before it has been given processors.
    return type.startsWith("cgroup") && !superOptions.includes("cpuset");
  });
  return hierarchies.map(({ target }) => {
    const directory = join(target, name);
    mkdirSync(directory);
    return directory;
  });
}

function members(directory: string): string[] {
  const below = children(directory).flatMap(members);
  const own = readFileSync(join(directory, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
  return [...own, ...below];
}

function removeTree(directory: string): void {
  for (const child of children(directory)) removeTree(child);
  rmdirSync(directory);
}

function children(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name));
}
