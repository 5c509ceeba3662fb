/** Containers as bpm meets them where there is no systemd: made of namespaces and cgroups. */

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { BoshRoot } from "./bosh-root.ts";
import { type CommandResult, mustRun, run } from "./command.ts";
import { mountsOf } from "./mounts.ts";
import { descendantsOf, readProcessFile, statusField } from "./process.ts";
import { eventually } from "./wait.ts";

/** What a container shows of cgroups: see enter-container. */
export type Layout = "namespace" | "read-only" | "bare" | "shared";

export class Container implements AsyncDisposable {
  readonly #root: BoshRoot;
  readonly #engine: Bun.Subprocess;
  readonly #pid: number;
  readonly #around: Container | undefined;
  /** The directories of the machine's hierarchies that are the container's. */
  readonly cgroups: readonly string[];

  private constructor(
    root: BoshRoot,
    engine: Bun.Subprocess,
    cgroups: readonly string[],
    around?: Container,
  ) {
    this.#root = root;
    this.#engine = engine;
    this.#pid = firstBelow(engine.pid);
    this.#around = around;
    this.cgroups = cgroups;
  }

  static async start(root: BoshRoot, layout: Layout): Promise<Container> {
    const { name, ready, enter } = prepare(root);
    const cgroups = hierarchies().map((target) => make(join(target, name)));
    const engine = await spawn([enter, layout, ready, ...cgroups], ready);
    return new Container(root, engine, cgroups);
  }

  /** A container in a container, each with a cgroup namespace of its own. */
  static async startNested(root: BoshRoot): Promise<Container> {
    const around = await Container.start(root, "namespace");
    around.cgroups.forEach(makeRoom);
    const { name, ready, enter } = prepare(root);
    const cgroups = around.cgroups.map((directory) => make(join(directory, name)));
    const asSeenAround = hierarchies().map((target) => join(target, name));
    const argv = [...around.#enter(), enter, "namespace", ready, ...asSeenAround];
    return new Container(root, await spawn(argv, ready), cgroups, around);
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
    process.kill(this.#pid, "SIGKILL");
    this.#engine.kill("SIGKILL");
    await this.#engine.exited;
    for (const directory of this.cgroups) {
      await eventually(`the end of ${directory}`, () => members(directory).length === 0);
      removeTree(directory);
    }
    await this.#around?.[Symbol.asyncDispose]();
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

function prepare(root: BoshRoot) {
  const name = `container-${crypto.randomUUID().slice(0, 8)}`;
  return { name, ready: root.at(name), enter: join(import.meta.dirname, "enter-container") };
}

async function spawn(argv: readonly string[], ready: string): Promise<Bun.Subprocess> {
  const engine = Bun.spawn([...argv], { stdio: ["ignore", "inherit", "inherit"] });
  await eventually("the container", () => {
    const { exitCode } = engine;
    if (exitCode !== null) throw new Error(`enter-container: exit status ${exitCode}`);
    return existsSync(ready);
  });
  return engine;
}

/** The process that is PID 1 of a container, below whoever has made it. */
function firstBelow(engine: number): number {
  const isFirst = (pid: number) => {
    const numbers = statusField(readProcessFile(pid, "status") ?? "NSpid: 0", "NSpid").split("\t");
    return numbers.length > 1 && numbers.at(-1) === "1";
  };
  const first = descendantsOf(engine).find(isFirst);
  if (first === undefined) throw new Error("the container has no process");
  return first;
}

/** Where the machine's hierarchies are mounted. */
function hierarchies(): string[] {
  return mountsOf("self")
    .filter(({ type, superOptions }) => {
      // A new cpuset takes no process before it has been given processors.
      return type.startsWith("cgroup") && !superOptions.includes("cpuset");
    })
    .map(({ target }) => target);
}

function make(directory: string): string {
  mkdirSync(directory);
  return directory;
}

/**
 * Lets a container's cgroup be divided, as the entry points of those do that nest others: on
 * version 2 that takes a top without processes.
 */
function makeRoom(directory: string): void {
  if (!existsSync(join(directory, "cgroup.controllers"))) return;
  const init = make(join(directory, "init"));
  for (const pid of members(directory)) writeFileSync(join(init, "cgroup.procs"), pid);
  const controllers = readFileSync(join(directory, "cgroup.controllers"), "utf8").trim().split(" ");
  const handDown = controllers
    .filter(Boolean)
    .map((controller) => `+${controller}`)
    .join(" ");
  writeFileSync(join(directory, "cgroup.subtree_control"), handDown);
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
