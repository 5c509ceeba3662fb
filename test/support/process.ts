/** Processes as the host's /proc shows them. */

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface ProcessStat {
  readonly comm: string;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly startTime: string;
}

/** The fields of /proc/PID/stat that tests ask for; undefined when there is no such process. */
export function readStat(pid: number): ProcessStat | undefined {
  const text = readProcessFile(pid, "stat");
  if (text === undefined) return undefined;
  const end = text.lastIndexOf(")");
  const fields = text.slice(end + 2).split(" ");
  return {
    comm: text.slice(text.indexOf("(") + 1, end),
    state: fields[0] ?? "",
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTime: fields[19] ?? "",
  };
}

/** Whether a process is there and has not ended: a zombie only waits for its parent. */
export function isAlive(pid: number): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.state !== "Z" && stat.state !== "X";
}

export function allPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

export function childrenOf(pid: number): number[] {
  return allPids().filter((candidate) => readStat(candidate)?.parent === pid);
}

/** Every process below `pid`, at any depth. */
export function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** /proc/PID/FILE, or undefined when the process is gone. */
export function readProcessFile(pid: number, file: string): string | undefined {
  return unlessGone(() => readFileSync(`/proc/${pid}/${file}`, "utf8"));
}

export function argumentsOf(pid: number): string[] {
  return (readProcessFile(pid, "cmdline") ?? "").split("\0").slice(0, -1);
}

/** A namespace as `mnt:[4026531841]`, or undefined when the process is gone. */
export function namespaceOf(pid: number | "self", name: string): string | undefined {
  return unlessGone(() => readlinkSync(`/proc/${pid}/ns/${name}`));
}

/** One line of /proc/PID/status: `statusField(text, "CapEff")`. */
export function statusField(status: string, name: string): string {
  const line = status.split("\n").find((text) => text.startsWith(`${name}:`));
  if (line === undefined) throw new Error(`no ${name} in\n${status}`);
  return line.slice(name.length + 1).trim();
}

function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EINVAL is what the mountinfo of a process says that is just ending.
    if (code === "ENOENT" || code === "ESRCH" || code === "EINVAL") return undefined;
    throw error;
  }
}
