/** What is known of processes, for people (`bpm list --wide`) and for programs (`--json`). */

import type { Gauge } from "../../host/usage.ts";
import { type Observation, observeProcess } from "../../lifecycle/state/observe.ts";
import { bytesText, durationText, timeText } from "../../report/quantities.ts";
import { table } from "../../report/table.ts";
import type { ListedProcess } from "./listing.ts";

const heading = [
  "Name",
  "Pid",
  "Status",
  "Uptime",
  "Memory",
  "Peak",
  "Limit",
  "Tasks",
  "Ended",
  "Reason",
];
const absent = "-";

/** The columns of the plain list, and more after them. Only the last has blanks in it. */
export function wideTable(processes: readonly ListedProcess[]): string {
  const rows = processes.map((target) => wideRow(target.name, observeProcess(target)));
  return table([heading, ...rows]);
}

function wideRow(name: string, observation: Observation): string[] {
  const { status, pid, ranMs, usage, ending } = observation;
  const memory = (bytes: number | undefined) => (bytes === undefined ? absent : bytesText(bytes));
  return [
    name,
    String(pid ?? absent),
    status,
    ranMs === undefined ? absent : durationText(ranMs),
    memory(usage?.memory.now),
    memory(usage?.memory.peak),
    memory(usage?.memory.limit),
    String(usage?.tasks.now ?? absent),
    typeof ending?.endedMs === "number" ? timeText(ending.endedMs) : absent,
    ending?.reason ?? absent,
  ];
}

/** `{"processes":[…]}`, each with what `observationDocument` says. */
export function listDocument(listed: readonly ListedProcess[]): string {
  const processes = listed.map((target) => {
    const { name, job, process } = target;
    return { name, job, process, ...observationDocument(observeProcess(target)) };
  });
  return `${JSON.stringify({ processes }, null, 2)}\n`;
}

/** Every field is always there; null is what is not known, or not so. */
export function observationDocument(observation: Observation): object {
  const { status, pid, state, startedMs, ranMs, usage, ending } = observation;
  return {
    status,
    pid: pid ?? null,
    started: moment(startedMs),
    ran_seconds: ranMs === undefined ? null : ranMs / 1000,
    memory: gaugeDocument(usage?.memory),
    tasks: gaugeDocument(usage?.tasks),
    cgroups: state?.cgroups.map(({ directory }) => directory) ?? [],
    ended:
      ending === undefined
        ? null
        : {
            at: moment(ending.endedMs ?? undefined),
            exit_status: ending.exitCode,
            signal: ending.signal,
            out_of_memory: ending.outOfMemory,
            reason: ending.reason,
          },
  };
}

function moment(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}

function gaugeDocument({ now, peak, limit }: Gauge = {}): object {
  return { now: now ?? null, peak: peak ?? null, limit: limit ?? null };
}
