/** Looks at bpm's own files, and at the programs that it calls. */
import { existsSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BoshRoot } from "../../bosh/paths.ts";
import { vcap } from "../../host/gather.ts";
import type { User } from "../../host/user.ts";
import { BpmError, isSystemError } from "../../report/errors.ts";
import type { Failure, InstallFacts, ToolFacts } from "../facts.ts";
import { isExposed } from "./access.ts";

export function gatherInstall({ root }: BoshRoot, library: Failure | undefined): InstallFacts {
  const executable = readlinkSync("/proc/self/exe");
  const files = [executable, join(dirname(executable), "libbpm.so"), ...above(executable)];
  const command = `${root}/jobs/bpm/bin/bpm`;
  return {
    executable,
    exposed: files.filter((path) => {
      const status = statSync(path, { throwIfNoEntry: false });
      return status !== undefined && isExposed(status);
    }),
    library,
    command: { path: command, target: targetOf(command) },
  };
}

/** The account, or why there is none that can be used. */
export function tryUser(): User | Failure {
  try {
    return vcap();
  } catch (error) {
    if (error instanceof BpmError) return error;
    throw error;
  }
}

export function gatherTools(): ToolFacts {
  return { strace: Bun.which("strace") ?? undefined, bash: existsSync("/bin/bash") };
}

function above(path: string): string[] {
  const directory = dirname(path);
  return directory === path ? [] : [directory, ...above(directory)];
}

function targetOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
