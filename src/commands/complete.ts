/**
 * `bpm __complete -- WORD...`: what can follow, a candidate and its description a line. For the
 * scripts of `bpm completion`; whoever presses a key wants no error, so there is none.
 */

import { existsSync, readFileSync } from "node:fs";
import { defineCommand } from "citty";
import { type BoshRoot, boshRoot } from "../bosh/paths.ts";
import { processPaths } from "../bosh/process-paths.ts";
import { candidates, type Names } from "../cli/candidates.ts";
import type { Cli, Command } from "../cli/definition.ts";
import { listJobs } from "../host/jobs.ts";
import { print } from "../report/stdout.ts";

/** The command for a command line, whose commands it has to know. */
export function completeCommand(cli: Cli): Command {
  return defineCommand({
    meta: { name: "__complete", hidden: true },
    async run({ args }) {
      const found = await candidates(cli, args._, namesBelow(process.env));
      const lines = found.map(({ word, description }) => `${word}\t${description}`);
      // A name with a line break in it would be two candidates.
      await print(
        lines
          .filter((line) => !line.includes("\n"))
          .map((line) => `${line}\n`)
          .join(""),
      );
    },
  });
}

/** Without root the directories of BOSH cannot be read, and a bpm.yml may be invalid. */
function namesBelow(environment: NodeJS.ProcessEnv): Names {
  return {
    jobs() {
      try {
        return jobsIn(boshRoot(environment));
      } catch {
        return [];
      }
    },
    async processes(job) {
      try {
        return await processesOf(boshRoot(environment), job);
      } catch {
        return [];
      }
    },
  };
}

function jobsIn(root: BoshRoot): string[] {
  return listJobs(root).filter((job) => existsSync(configOf(root, job)));
}

async function processesOf(root: BoshRoot, job: string): Promise<string[]> {
  const file = configOf(root, job);
  const { parseConfig } = await import("../config/parse.ts");
  return parseConfig(readFileSync(file), { file, job, root }).processes.map(({ name }) => name);
}

function configOf(root: BoshRoot, job: string): string {
  return processPaths(root, job, job).configFile.external();
}
