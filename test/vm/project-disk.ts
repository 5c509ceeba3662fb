/** The disk that a guest finds the project on, and leaves its results on. */

import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { mustRun } from "../support/command.ts";
import { probeProgram, probeProgram32, projectDirectory } from "../support/product.ts";
import type { Tally } from "../support/tally.ts";
import { makeFileSystem } from "./image.ts";
import { type GuestTask, guestFiles } from "./task.ts";

/** What the suites need of the project; nothing is built in a guest. */
const parts = ["dist", "src", "test", "package.json", "tsconfig.json", "node_modules"];
/** Results of other runs, compilers and types. */
const unneeded = ["test/.cache", "node_modules/@ryoppippi", "node_modules/typescript"];
const mebibytes = 1024;

export async function makeProjectDisk(file: string, task: GuestTask): Promise<void> {
  const tree = mkdtempSync(join(tmpdir(), "bpm-guest-tree-"));
  try {
    for (const part of parts) copy(part, tree);
    for (const probe of [probeProgram, probeProgram32]) {
      copy(relative(projectDirectory, probe), tree);
    }
    writeFileSync(join(tree, guestFiles.task), JSON.stringify(task));
    await makeFileSystem(file, tree, mebibytes);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

function copy(part: string, tree: string): void {
  // node_modules may be a link.
  const source = realpathSync(join(projectDirectory, part));
  const filter = (path: string) => !unneeded.includes(join(part, relative(source, path)));
  mkdirSync(dirname(join(tree, part)), { recursive: true });
  cpSync(source, join(tree, part), { recursive: true, verbatimSymlinks: true, filter });
}

/** What the guest has counted. Throws when it did not come that far. */
export async function readTally(file: string): Promise<Tally> {
  const { stdout } = await mustRun(["debugfs", "-R", `cat /${guestFiles.tally}`, file]);
  if (stdout === "") throw new Error("the guest left no result");
  return JSON.parse(stdout) as Tally;
}
