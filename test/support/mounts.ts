/** mountinfo, as proc_pid_mountinfo(5) describes it. */

import { readFileSync } from "node:fs";

export interface Mount {
  /** The file system's number, `major:minor`. */
  readonly device: string;
  /** Where in its file system the mount begins. */
  readonly root: string;
  readonly target: string;
  /** The mount's own options: ro, nosuid, noexec… */
  readonly options: readonly string[];
  /** shared:N, master:N… */
  readonly propagation: readonly string[];
  readonly type: string;
  readonly source: string;
  /** Options of the file system, which all its mounts have in common. */
  readonly superOptions: readonly string[];
}

export function parseMounts(mountinfo: string): Mount[] {
  return mountinfo.trim().split("\n").map(parseMount);
}

/** The mounts of a process as it sees them itself. */
export function mountsOf(pid: number | "self"): Mount[] {
  return parseMounts(readFileSync(`/proc/${pid}/mountinfo`, "utf8"));
}

/** The mount that is on top at a target. */
export function mountAt(mounts: readonly Mount[], target: string): Mount | undefined {
  return mounts.findLast((mount) => mount.target === target);
}

function parseMount(line: string): Mount {
  const [before, after] = line.split(" - ", 2);
  const [, , device, root, target, options, ...propagation] = (before ?? "").split(" ");
  const [type, source, superOptions] = (after ?? "").split(" ");
  return {
    device: device ?? "",
    root: unescaped(root),
    target: unescaped(target),
    options: (options ?? "").split(","),
    propagation,
    type: type ?? "",
    source: unescaped(source),
    superOptions: (superOptions ?? "").split(","),
  };
}

/** Blanks are written in octal: `\040`. */
function unescaped(text = ""): string {
  return text.replace(/\\(\d{3})/g, (_, octal: string) => {
    return String.fromCharCode(Number.parseInt(octal, 8));
  });
}
