/** Whether the jobs that are here could start, and what is left of those that have ended. */
import { titleOf } from "../../bosh/names.ts";
import type { Facts, ProcessName } from "../facts.ts";
import { counted, type Finding, finding } from "../finding.ts";

export function examineJobs({ jobs }: Facts): Finding[] {
  const { processes, failures, untried } = jobs;
  const subject = "jobs";
  if (untried !== undefined) return [finding("note", "jobs-untried", subject, untried)];
  const found = `${processesText(processes)} of ${counted(jobs.jobs, "job")}`;
  return [
    finding("ok", "jobs", subject, jobs.jobs === 0 ? "none has a bpm.yml" : found),
    ...failures.map(({ name, message, hint }) =>
      finding("problem", "job-unstartable", subject, `${name}: ${message}`, hint),
    ),
  ];
}

function processesText(count: number): string {
  return count === 1 ? "1 process" : `${count} processes`;
}

export function examineRemains({ remains }: Facts): Finding[] {
  const { states, leaves, pidfiles, mounts } = remains;
  const findings = [
    ...states.map(({ kind, reason, directory, ...name }) =>
      finding(
        kind === "unreadable" ? "warning" : "note",
        `state-${kind}`,
        "state",
        kind === "unreadable" ? `${directory} cannot be read` : `${titleOf(name)}: ${reason}`,
        `It is removed by: ${stopCommand(name)}`,
      ),
    ),
    ...leaves.map(({ directories, populated, ...name }) =>
      finding(
        populated ? "warning" : "note",
        populated ? "cgroup-unnamed" : "cgroup-empty",
        "cgroup",
        directories.join(" ") +
          (populated ? ": processes that no state names" : ": left over, nothing runs there"),
        `${populated ? "They are ended" : "It is removed"} by: ${stopCommand(name)}`,
      ),
    ),
    ...pidfiles.map(({ path, content, ...name }) =>
      finding(
        "warning",
        "pidfile-stale",
        "pidfile",
        `${path} ${content === "" ? "is empty" : `names pid ${content}`}, and no process of bpm's`,
        `It is removed by: ${stopCommand(name)}`,
      ),
    ),
    ...stackedMounts(mounts),
  ];
  if (findings.length > 0) return findings;
  return [finding("ok", "remains", "remains", "no state, cgroup or pidfile is left over")];
}

/** Every start goes through all of them. */
const mountsMany = 1000;

function stackedMounts({ total, stacked }: Facts["remains"]["mounts"]): Finding[] {
  return [
    ...stacked.map(({ path, count }) =>
      finding(
        "warning",
        "mounts-stacked",
        "mounts",
        `${count} mounts lie on each other at ${path}`,
        `Stop the jobs that share it, and unmount all but one: umount ${path}`,
      ),
    ),
    ...(total > mountsMany
      ? [
          finding(
            "warning",
            "mounts-many",
            "mounts",
            `${total} mounts: each makes every start slower`,
            "See /proc/self/mountinfo for what is mounted again and again.",
          ),
        ]
      : []),
  ];
}

function stopCommand({ job, process }: ProcessName): string {
  return job === process ? `bpm stop ${job}` : `bpm stop ${job} -p ${process}`;
}
