/** Builds the probe with the project's own Zig: once for this machine, once for i386. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "./command.ts";
import {
  cacheDirectory,
  probeProgram,
  probeProgram32,
  projectDirectory,
  zigProgram,
} from "./product.ts";

export async function buildProbe(): Promise<void> {
  mkdirSync(cacheDirectory, { recursive: true });
  await compile("x86_64-linux-none", probeProgram);
  await compile("x86-linux-none", probeProgram32);
}

async function compile(target: string, output: string): Promise<void> {
  const cache = ["--cache-dir", join(cacheDirectory, "zig")];
  const mode = ["-O", "ReleaseSafe", "-fstrip", "-fsingle-threaded"];
  const source = join(projectDirectory, "test/probe/main.zig");
  const argv = [
    zigProgram,
    "build-exe",
    "-target",
    target,
    ...mode,
    ...cache,
    `-femit-bin=${output}`,
    source,
  ];
  await mustRun(argv, {
    cwd: cacheDirectory,
    env: { ZIG_GLOBAL_CACHE_DIR: join(cacheDirectory, "zig") },
    seconds: 300,
  });
}
