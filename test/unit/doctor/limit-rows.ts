/** What a process can be given, one a row, each with what is to be complained of. */
import type { Facts } from "../../../src/doctor/facts.ts";
import { container, facts, v2InContainer } from "./fixtures.ts";

const base = facts();
const limits = (different: Partial<Facts["limits"]>) => ({ ...base.limits, ...different });
const cores = (different: Partial<Facts["cores"]>) => ({ ...base.cores, ...different });

export type Row = [title: string, different: Partial<Facts>, complaints: string[]];

export const limited: Row[] = [
  [
    "with few open files, by fs.nr_open",
    {
      limits: limits({ openFilesMax: 65_536n, nrOpen: 65_536n }),
    },
    ["note open-files-low"],
  ],
  [
    "with hardly any open files",
    { limits: limits({ openFilesMax: 1024n }) },
    ["warning open-files-low"],
  ],
  [
    "without CAP_SYS_RESOURCE",
    {
      limits: limits({ capabilities: base.limits.capabilities & ~(1n << 24n) }),
    },
    ["note capabilities-lacking", "note init-not-exempt"],
  ],
  [
    "without CAP_CHOWN",
    { limits: limits({ capabilities: base.limits.capabilities & ~1n }) },
    ["problem capabilities-needed"],
  ],
  [
    "whose kernel has fewer capabilities",
    {
      limits: limits({ capabilities: 2n ** 38n - 1n, lastCapability: 37 }),
    },
    [],
  ],
];

export const dumping: Row[] = [
  ["core dumps to a program", { cores: cores({ pattern: "|/bin/x %p", handlerExists: true }) }, []],
  ["core dumps to a socket", { cores: cores({ pattern: "@/run/cores" }) }, []],
  [
    "core dumps to a program that is not there",
    { cores: cores({ pattern: "|/x %p" }) },
    ["note core-handler-missing"],
  ],
  [
    "core dumps of a job to a program that is not there",
    {
      cores: cores({ pattern: "|/x %p", wanted: ["web"] }),
    },
    ["warning core-handler-missing"],
  ],
  [
    "core dumps from a container to a program of the machine",
    {
      host: container,
      cgroups: v2InContainer(),
      cores: cores({ pattern: "|/x", wanted: ["web"] }),
    },
    [],
  ],
  [
    "core dumps into the working directory",
    {
      cores: cores({ pattern: "core", wanted: ["web"] }),
    },
    ["warning core-relative"],
  ],
  [
    "core dumps to a place of the machine",
    {
      cores: cores({ pattern: "/var/crash/core", wanted: ["web"] }),
    },
    ["warning core-outside"],
  ],
  [
    "core dumps to a place with a similar name",
    { cores: cores({ pattern: "/tmpx/core" }) },
    ["note core-outside"],
  ],
  [
    "core dumps of programs that change their user",
    { cores: cores({ suidDumpable: 2 }) },
    ["note suid-dumpable"],
  ],
];
