/** Where cgroups go, and which limits they keep. */
import { deviceFilter, joined } from "../../plan/cgroups.ts";
import { errnoSentence } from "../../report/errno-sentence.ts";
import type { CgroupFacts, Facts, HierarchyFacts } from "../facts.ts";
import { type Finding, finding } from "../finding.ts";

/** What bpm.yml asks of controllers. */
const limits = [
  { controller: "memory", property: "limits.memory" },
  { controller: "pids", property: "limits.processes" },
] as const;

export function examineCgroups(facts: Facts): Finding[] {
  const { cgroups } = facts;
  return [
    layout(facts),
    ...cgroups.hierarchies.filter(isUsed).flatMap((hierarchy) => place(hierarchy, cgroups)),
    ...cgroups.readOnly.map((path) =>
      finding(
        "warning",
        "cgroup-read-only",
        "read-only",
        `${path} cannot be written to`,
        "Mount it read-write in the container, so that jobs can have limits.",
      ),
    ),
    ...limits.map(({ controller, property }) => limit(facts, controller, property)),
    devices(facts),
    ...swap(cgroups),
    ...killing(cgroups),
  ];
}

function layout({ cgroups, host }: Facts): Finding {
  const hasV1 = cgroups.known.some(([first = ""]) => first !== "");
  const hasV2 = cgroups.known.some(([first = ""]) => first === "");
  if (!hasV1 && !hasV2) {
    return finding(
      "warning",
      "no-cgroups",
      "layout",
      "the kernel has no cgroups",
      "Without them no job with a limit starts, and only the init's end ends a process.",
    );
  }
  const versions = hasV1 && hasV2 ? "versions 1 and 2 (hybrid)" : `version ${hasV1 ? 1 : 2}`;
  const manager = cgroups.systemd ? "with systemd" : "without systemd";
  const around = host.container ? ", as the container is given them" : "";
  return finding("ok", "cgroup-layout", "layout", `${versions}, ${manager}${around}`);
}

/** As planCgroups decides. */
function isUsed({ version, controllers }: HierarchyFacts): boolean {
  return (
    version === 2 || controllers.some((name) => joined.includes(name) || name.startsWith("name="))
  );
}

function place(hierarchy: HierarchyFacts, { toMount }: CgroupFacts): Finding[] {
  const { version, parent, controllers, scopes, refused, refuge, occupied } = hierarchy;
  const name = version === 2 ? "v2" : controllers.join(",");
  if (refused !== null) {
    return [
      finding(
        "problem",
        "cgroup-refused",
        name,
        `no cgroups in ${parent}: ${errnoSentence(refused)}`,
        "Give the container's root the right to make cgroups there.",
      ),
    ];
  }
  const what = scopes ? `scopes of systemd's in ${parent}` : `cgroups in ${parent}`;
  const isToBeMounted = toMount.some((path) => parent === path || parent.startsWith(`${path}/`));
  const found = isToBeMounted
    ? finding("note", "cgroup-to-mount", name, `${what}, which bpm start will mount`)
    : finding("ok", "cgroup-place", name, what);
  return [
    found,
    ...(refuge === null
      ? []
      : [
          finding(
            "note",
            "cgroup-refuge",
            name,
            `the first job with a limit has the processes in ${parent} moved to ${refuge}`,
          ),
        ]),
    ...(occupied && refuge === null
      ? [
          finding(
            "warning",
            "cgroup-occupied",
            name,
            `processes are in ${parent} itself, so no limits can be set below it`,
            "Give the container a cgroup namespace of its own, or move them to a cgroup below.",
          ),
        ]
      : []),
  ];
}

function limit(facts: Facts, controller: string, property: string): Finding {
  const { hierarchies } = facts.cgroups;
  const keeper = hierarchies.find(({ controllers }) => controllers.includes(controller));
  if (keeper !== undefined) {
    const text = `kept by cgroups of version ${keeper.version}`;
    return finding("ok", "cgroup-controller", property, text);
  }
  return finding(
    "warning",
    "cgroup-controller-missing",
    property,
    `no hierarchy that bpm can write to has ${controller}: a process with this does not start`,
    missingAdvice(facts, controller),
  );
}

function missingAdvice({ cgroups: { known }, host }: Facts, controller: string): string {
  if (host.container) return "Let the container have the controller, mounted read-write.";
  return known.some((names) => names.includes(controller))
    ? "Mount its hierarchy read-write below /sys/fs/cgroup."
    : `Is cgroup_disable=${controller} on the kernel's command line? Take it off.`;
}

/** As planCgroups decides. */
function devices(facts: Facts): Finding {
  const {
    cgroups: { hierarchies },
    host,
  } = facts;
  const subject = "devices";
  switch (deviceFilter(hierarchies, host.initialUserNamespace)) {
    case "controller":
      return finding("ok", "device-filter", subject, "filtered by cgroups of version 1");
    case "bpf":
      return finding("ok", "device-filter", subject, "filtered by BPF in cgroups of version 2");
    case "user-namespace":
      return finding(
        "ok",
        "device-filter",
        subject,
        "in a user namespace, those that the machine around has put there, and no others",
      );
    case "none":
      return finding(
        "warning",
        "device-filter-missing",
        subject,
        "nothing filters them: a process that has MKNOD, or devices as volumes, does not start; " +
          "others are safe, since they can make no node and are shown none",
        missingAdvice(facts, "devices"),
      );
  }
}

/** Matters only where memory is limited. */
function swap({ hierarchies, swap: { total, accounted } }: CgroupFacts): Finding[] {
  if (!hierarchies.some(({ controllers }) => controllers.includes("memory"))) return [];
  if (accounted === true) {
    return [finding("ok", "swap", "swap", "accounted: limits.memory holds for memory and swap")];
  }
  if (total === 0) return [finding("ok", "swap", "swap", "the machine has none")];
  if (accounted === undefined) {
    return [
      finding(
        "note",
        "swap-unknown",
        "swap",
        "whether it is accounted shows when there is a cgroup with the memory controller",
      ),
    ];
  }
  return [
    finding(
      "warning",
      "swap-not-accounted",
      "swap",
      "not accounted: a process may use swap beyond limits.memory",
      "Take swapaccount=0 off the kernel's command line, or do without swap.",
    ),
  ];
}

/** v2 has cgroup.kill; on v1 what is frozen cannot fork away from the signal. */
function killing({ hierarchies }: CgroupFacts): Finding[] {
  if (hierarchies.length === 0) return [];
  const isSure = hierarchies.some(
    ({ version, controllers }) => version === 2 || controllers.includes("freezer"),
  );
  return isSure
    ? []
    : [
        finding(
          "note",
          "no-freezer",
          "freezer",
          "missing: a process that forks all the time may take long to kill",
        ),
      ];
}
