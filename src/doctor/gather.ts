/** Asks a host everything that examine.ts judges by. Nothing on it changes, nothing is logged. */
import { titleOf } from "../bosh/names.ts";
import type { BoshRoot } from "../bosh/paths.ts";
import { read } from "../host/files.ts";
import { openFilesMax } from "../host/gather.ts";
import { parseMountinfo } from "../host/mountinfo.ts";
import { findCapabilities, findHardLimit } from "../host/proc.ts";
import type { Facts, JobFacts, LimitFacts } from "./facts.ts";
import { comingMounts, gatherCgroups, isUnified } from "./gather/cgroups.ts";
import { gatherDirectories } from "./gather/directories.ts";
import { gatherInstall, gatherTools, tryUser } from "./gather/install.ts";
import { planJobs, readConfiguration } from "./gather/jobs.ts";
import { gatherCores, gatherHost, gatherKernel, probe, tryCore } from "./gather/kernel.ts";
import { gatherRemains } from "./gather/remains.ts";

export function gatherFacts(root: BoshRoot): Facts {
  const mounts = parseMountinfo(read("/proc/self/mountinfo"));
  const core = tryCore();
  const user = tryUser();
  const coming = comingMounts(mounts);
  const probed = "probe" in core ? probe(core, user, coming.some(isUnified)) : undefined;
  const cgroups = gatherCgroups(mounts, coming, words(probed?.controllers));
  const configuration = readConfiguration(root);
  const { processes } = configuration;
  const wanted = processes.filter(({ config }) => config.limits.coreFileSize !== undefined);
  return {
    host: gatherHost(),
    kernel: gatherKernel(probed),
    cgroups,
    user,
    install: gatherInstall(root, "probe" in core ? undefined : core),
    directories: gatherDirectories(root),
    limits: gatherLimits(),
    cores: gatherCores(wanted.map(titleOf)),
    tools: gatherTools(),
    jobs: "uid" in user ? planJobs(root, configuration, cgroups.hierarchies) : untried,
    remains: gatherRemains(root, cgroups.hierarchies, mounts, processes),
  };
}

const untried: JobFacts = {
  jobs: 0,
  processes: 0,
  failures: [],
  untried: "not planned, for want of the user vcap",
};

function words(text = ""): string[] {
  return text.split(/\s+/).filter(Boolean);
}

function gatherLimits(): LimitFacts {
  const capabilities = findCapabilities(read("/proc/self/status"));
  return {
    openFilesMax: openFilesMax(capabilities),
    nrOpen: BigInt(read("/proc/sys/fs/nr_open").trim()),
    hardLimit: findHardLimit(read("/proc/self/limits"), "Max open files"),
    capabilities,
    lastCapability: Number(read("/proc/sys/kernel/cap_last_cap")),
  };
}
