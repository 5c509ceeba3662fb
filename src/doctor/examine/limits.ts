/** How much a process can be given: open files, capabilities, core dumps. */
import { capabilityName, isHeld } from "../../host/capabilities.ts";
import { openFilesDefault } from "../../plan/limits.ts";
import type { Facts } from "../facts.ts";
import { type Finding, finding } from "../finding.ts";

export function examineLimits(facts: Facts): Finding[] {
  return [openFiles(facts), ...capabilities(facts), ...cores(facts)];
}

/** What a limit of the shell that calls bpm usually is; few servers can live with it. */
const openFilesFew = 1024n;

function openFiles({ limits: { openFilesMax, nrOpen, hardLimit } }: Facts): Finding {
  const subject = "open files";
  if (openFilesMax >= openFilesDefault) {
    const bound = openFilesMax === nrOpen ? "fs.nr_open" : "bpm's own hard limit";
    return finding(
      "ok",
      "open-files",
      subject,
      `${openFilesDefault} for a process, with open_files up to ${openFilesMax}, ${bound}`,
    );
  }
  return finding(
    openFilesMax <= openFilesFew ? "warning" : "note",
    "open-files-low",
    subject,
    `${openFilesMax} for a process, and no more with open_files`,
    openFilesMax === nrOpen
      ? "Raise the sysctl fs.nr_open."
      : `Without CAP_SYS_RESOURCE of the machine bpm cannot exceed its hard limit, ${hardLimit}: ` +
          "raise that.",
  );
}

/** What building a sandbox, handing files over and ending processes take: capabilities(7). */
const neededCapabilities: readonly string[] = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_KILL",
  "CAP_MKNOD",
  "CAP_SETGID",
  "CAP_SETPCAP",
  "CAP_SETUID",
  "CAP_SYS_ADMIN",
];

function capabilities({ limits: { capabilities: held, lastCapability } }: Facts): Finding[] {
  const subject = "capabilities";
  const all = Array.from({ length: lastCapability + 1 }, (_, number) => number);
  const lacking = all.filter((number) => !isHeld(held, number)).map(capabilityName);
  const needed = lacking.filter((name) => neededCapabilities.includes(name));
  const others = lacking.filter((name) => !neededCapabilities.includes(name));
  const findings: Finding[] = [];
  if (needed.length > 0) {
    findings.push(
      finding(
        "problem",
        "capabilities-needed",
        subject,
        `bpm lacks ${needed.join(" ")}`,
        "Start it with all capabilities of root, or the container around it with these.",
      ),
    );
  }
  if (others.length > 0) {
    findings.push(
      finding(
        "note",
        "capabilities-lacking",
        subject,
        `a process that lists one of these does not start: ${others.join(" ")}`,
      ),
    );
  }
  if (lacking.includes("CAP_SYS_RESOURCE")) {
    findings.push(
      finding(
        "note",
        "init-not-exempt",
        subject,
        "without CAP_SYS_RESOURCE the init may be killed for memory, and not tell of it",
      ),
    );
  }
  if (findings.length > 0) return findings;
  return [finding("ok", "capabilities", subject, `all ${all.length} of this kernel`)];
}

/** core(5): where the core of a process with core_file_size ends up. */
function cores(facts: Facts): Finding[] {
  const { wanted, suidDumpable } = facts.cores;
  const [level, code, text, advice] = corePlace(facts);
  // What nobody asks for is no reason to warn.
  const told = wanted.length === 0 && level === "warning" ? "note" : level;
  const who = wanted.length === 0 ? "" : `; those with core_file_size: ${wanted.join(", ")}`;
  return [
    finding(told, code, "core dumps", text + who, advice),
    ...(suidDumpable === 0
      ? []
      : [
          finding(
            "note",
            "suid-dumpable",
            "core dumps",
            `fs.suid_dumpable is ${suidDumpable}: programs that change their user are dumped, too`,
          ),
        ]),
  ];
}

type CorePlace = readonly [Finding["level"], code: string, text: string, advice?: string];

/** A program or a socket is one of the machine; a path is one of the sandbox. */
function corePlace({ cores: { pattern, handlerExists }, host }: Facts): CorePlace {
  const [program = ""] = pattern.slice(1).trim().split(/\s+/);
  if (pattern.startsWith("|") && !handlerExists && !host.container) {
    return [
      "warning",
      "core-handler-missing",
      `are lost: kernel.core_pattern names ${program}, which is not there`,
      "Install it, or set kernel.core_pattern to /tmp/core.%e.%p.",
    ];
  }
  if (/^[|@]/.test(pattern)) {
    const text = `go to ${program} outside of the sandbox, whatever core_file_size is`;
    return ["ok", "core-handler", text];
  }
  if (pattern === "") {
    const text = "are not made: kernel.core_pattern is empty";
    return ["warning", "core-none", text, "Set it to /tmp/core.%e.%p."];
  }
  const writable = ["/tmp/", "/var/tmp/", "/dev/shm/"];
  const text = `with core_file_size a process writes them to ${pattern}`;
  if (!pattern.startsWith("/")) {
    return [
      "warning",
      "core-relative",
      `${text} in its working directory, /var/vcap/jobs/JOB by ` + "default, where it cannot write",
      "Set kernel.core_pattern to /tmp/core.%e.%p, or the process's workdir to its data.",
    ];
  }
  if (writable.some((directory) => pattern.startsWith(directory))) {
    return ["ok", "core-path", `${text} in its sandbox`];
  }
  return [
    "warning",
    "core-outside",
    `${text}, which is not a place that every sandbox has writable`,
    "Set kernel.core_pattern to /tmp/core.%e.%p, or give the process that directory as a volume.",
  ];
}
