/** What is run, what of it runs now, and where it leaves its traces on the host. */

import type { Gauge } from "../../host/usage.ts";
import type { Inspection } from "../../lifecycle/inspect.ts";
import { bytesText, durationText, timeText } from "../../report/quantities.ts";
import { columns, type Row, word } from "./layout.ts";

/** Whether it runs, since when and with how much, or how it ended. */
export function liveRows({ observation }: Inspection): Row[] {
  const { status, pid, startedMs, ranMs, usage, ending, state } = observation;
  return [
    ["status", status],
    ...rowIf("pid", pid, (number) => `${number}, bpm's init on the host; the process is its child`),
    ...rowIf("started", startedMs, timeText),
    ...rowIf("ended", ending?.endedMs, timeText),
    ...rowIf(ending === undefined ? "uptime" : "after", ranMs, durationText),
    ...rowIf("reason", ending?.reason, String),
    ...gaugeRow("memory", usage?.memory, bytesText),
    ...gaugeRow("tasks", usage?.tasks, String),
    ...(state?.cgroups ?? []).map(({ directory }): Row => ["cgroup", directory]),
  ];
}

/** The command, and what surrounds it. */
export function processRows({ paths, config, plan: { launch } }: Inspection): Row[] {
  return [
    ["job", paths.job],
    ["process", paths.process],
    ["command", ...launch.argv.map(word)],
    ["directory", launch.workdir],
    ...rowIf(
      "pre_start",
      config.preStart || undefined,
      (hook) => `${word(hook)} (before each start, on the host, as root)`,
    ),
    ["stopped by", `SIG${config.shutdownSignal},`, "then", "SIGQUIT,", "then", "SIGKILL"],
  ];
}

/** The whole environment: nothing of bpm's own reaches the process. */
export function environmentLines({ config, plan: { launch } }: Inspection): string {
  return columns(
    launch.env.map((variable) => {
      const name = variable.slice(0, variable.indexOf("="));
      const value = word(variable.slice(name.length + 1));
      const assignment = `${name}=${value === '""' ? "" : value}`;
      return Object.hasOwn(config.env, name) ? [assignment] : [`${assignment} (default)`];
    }),
  );
}

export function fileRows({ paths }: Inspection): Row[] {
  return [
    ["bpm.yml", paths.configFile.external()],
    ["stdout", paths.stdoutLog.external()],
    ["stderr", paths.stderrLog.external()],
    ["bpm's log", paths.bpmLog.external()],
    ["pidfile", paths.pidFile.external()],
    ["state", paths.stateDir.external()],
    ["lock", paths.lockFile.external()],
  ];
}

/** What bpm.log would say, too. */
export function warningRows({ warnings, plan }: Inspection): Row[] {
  return [
    ...warnings.map(
      ({ line, path, message }): Row => [
        `bpm.yml:${line}`,
        ...`${path === "" ? "" : `${path}: `}${message}`.split(" "),
      ],
    ),
    ...plan.warnings.map(({ message }): Row => ["this host", ...message.split(" ")]),
  ];
}

function rowIf<Value>(
  label: string,
  value: Value | null | undefined,
  text: (value: Value) => string,
): Row[] {
  return value === undefined || value === null ? [] : [[label, text(value)]];
}

function gaugeRow(label: string, gauge: Gauge | undefined, text: (value: number) => string): Row[] {
  if (gauge?.now === undefined) return [];
  const peak = gauge.peak === undefined ? "" : `, ${text(gauge.peak)} at most`;
  const limit = gauge.limit === undefined ? ", no limit" : `, limit ${text(gauge.limit)}`;
  return [[label, `${text(gauge.now)} now${peak}${limit}`]];
}
