/** The programs that libbpm.so embeds, as files, so that each can be tried by itself. */

import { join } from "node:path";
import { run } from "./command.ts";
import { cacheDirectory, projectDirectory, zigProgram } from "./product.ts";

const prefix = join(cacheDirectory, "programs");

/** The directory that has them, by their names. */
export const programs = join(prefix, "bin");
export const initProgram = join(programs, "bpm-init");
export const superviseProgram = join(programs, "bpm-supervise");

/** Long enough for the first build; later ones find their results in Zig's cache. */
export const buildMilliseconds = 300_000;

/** Builds all of them. Zig's cache lives in the home directory unless told otherwise. */
export async function buildPrograms(): Promise<void> {
  const { code, stderr } = await run([zigProgram, "build", "programs", "--prefix", prefix], {
    cwd: join(projectDirectory, "zig"),
    env: { HOME: process.env["HOME"] ?? "/root" },
    seconds: buildMilliseconds / 1000,
  });
  if (code !== 0) throw new Error(`zig build programs failed:\n${stderr}`);
}
