/**
 * `npm run lint`: what a machine can say of the sources without building them. Ends with the line
 * `N passed, N failed, N skipped`.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { missingCommands } from "./debian.ts";
import { projectDirectory, zigProgram } from "./product.ts";
import { conclude, fail, pass, skip, sum, type Tally } from "./tally.ts";

interface Check {
  readonly what: string;
  readonly command: readonly string[];
  /** Whether the command is a Debian package, which not every machine can have. */
  readonly optional?: boolean;
}

const biome = join(projectDirectory, "node_modules/.bin/biome");

function checks(): Check[] {
  const files = Bun.spawnSync(["git", "ls-files"], { cwd: projectDirectory }).stdout.toString();
  const sources = files.trimEnd().split("\n");
  return [
    {
      what: "Zig is formatted (npm run fmt)",
      command: [zigProgram, "fmt", "--check", "zig/build.zig", "zig/src", "test/probe"],
    },
    {
      what: "TypeScript is formatted, and follows biome.json (npm run fmt)",
      command: [biome, "check", "--error-on-warnings"],
    },
    {
      what: "Scripts pass shellcheck",
      command: ["shellcheck", ...sources.filter(isShellScript)],
      optional: true,
    },
    { what: "Words are spelled right", command: ["codespell", ...sources], optional: true },
  ];
}

function isShellScript(file: string): boolean {
  const [first] = readFileSync(join(projectDirectory, file), "utf8").split("\n", 1);
  return first === "#!/usr/bin/env bash" || first === "#!/bin/bash";
}

/** Runs all of them, and says what each has found. */
export async function lint(): Promise<Tally> {
  const missing = await missingCommands({ shellcheck: "shellcheck", codespell: "codespell" });
  return sum(
    checks().map(({ what, command, optional }) => {
      if (optional && missing.includes(command[0] ?? "")) {
        console.log(`(skip) ${what}: this machine has no ${command[0]}`);
        return skip;
      }
      const { success, stdout, stderr } = Bun.spawnSync([...command], { cwd: projectDirectory });
      console.log(success ? `(pass) ${what}` : `(fail) ${what}\n${stdout}${stderr}`);
      return success ? pass : fail;
    }),
  );
}

if (import.meta.main) process.exit(conclude(await lint()));
