/** The rules that a schema cannot express. */
import { isWithin } from "../bosh/paths.ts";
import { normalize } from "../bosh/posix.ts";
import type { JobFile } from "./decode/decode.ts";
import type { Finding } from "./finding.ts";
import type { Places } from "./decode/places.ts";

export type ProcessFile = NonNullable<JobFile["processes"]>[number];
export type VolumeFile = NonNullable<ProcessFile["additional_volumes"]>[number];

/** Volumes are named by their path in the sandbox, where the BOSH root is always this. */
export const boshRoot = "/var/vcap";

/** What keeps a volume's path from being one. The wording is that of the Go implementation. */
export function volumePathProblem(path: string, job: string | undefined): string | undefined {
  const clean = cleanPath(path);
  if (clean !== path) return `volume path must be canonical, expected ${clean} but got ${path}`;
  const own = ["data", "store"].map((disk) => `${boshRoot}/${disk}/${job}`);
  if (job !== undefined && own.includes(path)) {
    const conflict = "cannot conflict with default job data or store directories";
    return `invalid volume path: ${path} ${conflict}`;
  }
  if (path === boshRoot || !isWithin(path, boshRoot)) {
    return `invalid volume path: ${path} must be within ${boshRoot}`;
  }
  return undefined;
}

/** The shortest path that means the same: no `.`, no `..`, no slash at the end. "" is `.`. */
function cleanPath(path: string): string {
  const normal = normalize(path);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

/** What makes the whole file unusable. */
export function brokenRules(process: ProcessFile, places: Places, job?: string): Finding[] {
  return (process.additional_volumes ?? []).flatMap((volume) => {
    const message = volumePathProblem(volume.path, job);
    return message === undefined ? [] : [places.finding(volume, "path", message)];
  });
}

/** What makes a process unstartable; the rest of the file is good for what it is. */
export function unstartable(process: ProcessFile, places: Places): Finding[] {
  const { executable, workdir } = process;
  const nulls = [
    ...withNull(process, { executable, workdir }, places),
    ...withNull(process.args ?? [], process.args ?? [], places),
    ...withNull(process.env ?? {}, process.env ?? {}, places),
  ];
  if (!process.env || !Object.hasOwn(process.env, "")) return nulls;
  const message = "the name of an environment variable is empty";
  return [...nulls, places.finding(process.env, "", message)];
}

/** A NUL would end an argument or a variable early. */
function withNull(owner: object, texts: Record<string, string> | string[], places: Places) {
  return Object.entries(texts)
    .filter(([key, text]) => `${key}${text}`.includes("\0"))
    .map(([key]) => {
      const part = Array.isArray(owner) ? Number(key) : key;
      return places.finding(owner, part, "a NUL character cannot be handed to a program");
    });
}
