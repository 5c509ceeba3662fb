/** What a process may do, and how much of what it may use. */

import { capabilityName } from "../../host/capabilities.ts";
import type { Inspection } from "../../lifecycle/inspect.ts";
import { bytesText } from "../../report/quantities.ts";
import { type Row, word } from "./layout.ts";

export function privilegeRows({ config, plan: { launch } }: Inspection): Row[] {
  const { uid, gid, capabilities } = launch;
  return [
    ["user", `${config.privileged ? "root" : "vcap"} (${uid}:${gid})`],
    ["capabilities", ...(capabilities.length === 0 ? ["none"] : capabilities.map(capabilityName))],
    [
      "set-user-ID",
      launch.no_new_privileges
        ? "without effect, as are file capabilities (no_new_privs)"
        : "takes effect, as do file capabilities",
    ],
    ["seccomp", seccompText(config.privileged, launch.seccomp)],
    [
      "namespaces",
      launch.host_pid_namespace
        ? "mount, IPC, UTS; the processes and the network are the host's"
        : "mount, IPC, UTS, PID; the network is the host's",
    ],
  ];
}

function seccompText(privileged: boolean, filtered: boolean): string {
  if (filtered) return "on: system calls that few programs need fail with EPERM";
  return privileged ? "off: unsafe.privileged" : "off: programs run under Rosetta on this host";
}

export function limitRows({ config, plan: { launch } }: Inspection): Row[] {
  const { memoryBytes, processes, openFiles } = config.limits;
  const rlimit = (resource: string) =>
    launch.rlimits.find((limit) => limit.resource === resource)?.hard;
  const core = rlimit("core");
  return [
    [
      "memory",
      memoryBytes === undefined
        ? "none"
        : `${bytesText(Number(memoryBytes))} (${memoryBytes} bytes), swap included`,
    ],
    [
      "processes",
      processes === undefined ? "none" : `${processes}, threads and bpm's init included`,
    ],
    ["open files", `${rlimit("nofile")}${openFiles === undefined ? " (default)" : ""}`],
    ["core files", core === undefined ? "as whoever starts bpm has it" : `${core} bytes each`],
  ];
}

/** The leaves of the process, each with what is written to it. */
export function cgroupRows({ plan: { launch } }: Inspection): Row[] {
  return launch.cgroups.map(({ directory, settings }) => [
    directory,
    ...settings.map(({ file, value }) => `${file}=${word(value)}`),
  ]);
}
