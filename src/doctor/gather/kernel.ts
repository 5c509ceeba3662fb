/** Asks the kernel what it is and what it lets bpm do. */
import { existsSync } from "node:fs";
import { release } from "node:os";
import { type Core, loadCore } from "../../core/core.ts";
import type { ProbeResponse } from "../../core/documents.ts";
import { read, readIfPresent } from "../../host/files.ts";
import { isRosetta } from "../../host/gather.ts";
import { isInitialUserNamespace } from "../../host/proc.ts";
import type { User } from "../../host/user.ts";
import { isContainer } from "../../lifecycle/containers.ts";
import { errnoName } from "../../report/errno.ts";
import { BpmError } from "../../report/errors.ts";
import type { CoreFacts, Failure, HostFacts, KernelFacts } from "../facts.ts";

/** Stands in for vcap where there is none: nobody. */
const nobody: User = { uid: 65_534, gid: 65_534 };

export function gatherHost(): HostFacts {
  return {
    release: release(),
    arch: process.arch,
    init: readIfPresent("/proc/1/comm").trim(),
    container: isContainer(),
    initialUserNamespace: isInitialUserNamespace(read("/proc/self/uid_map")),
    filtered: /^Seccomp:\s*[12]$/m.test(read("/proc/self/status")),
  };
}

/** The library, or why it cannot be used. */
export function tryCore(): Core | Failure {
  try {
    return loadCore();
  } catch (error) {
    if (error instanceof BpmError) return error;
    throw error;
  }
}

/** `unified`: whether a start would mount cgroup v2. */
export function probe(core: Core, user: User | Failure, unified: boolean): ProbeResponse {
  const { uid, gid } = "uid" in user ? user : nobody;
  return core.probe({ uid, gid, unified });
}

/** `probed` is undefined where the library is. */
export function gatherKernel(probed: ProbeResponse | undefined): KernelFacts {
  const failed = probed?.features.filter(({ errno }) => errno !== 0);
  const failures = failed?.map(({ name, errno }) => [name, errnoName(errno)] as const);
  return {
    rosetta: isRosetta(),
    failures: failures && Object.fromEntries(failures),
    reported: probed?.features.map(({ name }) => name),
  };
}

/** `wanted`: the processes with core_file_size. */
export function gatherCores(wanted: readonly string[]): CoreFacts {
  const pattern = readIfPresent("/proc/sys/kernel/core_pattern").trim();
  const [handler = ""] = pattern.slice(1).trim().split(/\s+/);
  return {
    pattern,
    suidDumpable: Number(readIfPresent("/proc/sys/fs/suid_dumpable")),
    handlerExists: pattern.startsWith("|") && existsSync(handler),
    wanted,
  };
}
