/** The rules that a schema cannot express. */
import { isBpms } from "../bosh/holders.ts";
import { nameProblem } from "../bosh/names.ts";
import { type BoshRoot, internalRoot, isWithin, toJail } from "../bosh/paths.ts";
import { normalize } from "../bosh/posix.ts";
import type { JobFile } from "./decode/decode.ts";
import type { Places } from "./decode/places.ts";
import type { Finding } from "./finding.ts";

export type ProcessFile = NonNullable<JobFile["processes"]>[number];
export type VolumeFile = NonNullable<ProcessFile["additional_volumes"]>[number];

/** The BOSH root in the sandbox. */
export const boshRoot = internalRoot;

/** For whom a bpm.yml is read. Without a root, that is where stemcells have it. */
export interface Reader {
  readonly job?: string | undefined;
  readonly root?: BoshRoot | undefined;
}

/** By which name the sandbox has a path that may also be written as the host has it. */
export function insidePath(path: string, { root = { root: boshRoot } }: Reader): string {
  return toJail(root, path);
}

/** What keeps a volume's path from being one. The wording is that of the Go implementation. */
export function volumePathProblem(path: string, reader: Reader): string | undefined {
  const { job, root = { root: boshRoot } } = reader;
  const clean = cleanPath(path);
  if (clean !== path) return `volume path must be canonical, expected ${clean} but got ${path}`;
  const inside = insidePath(path, reader);
  const own = ["data", "store"].map((disk) => `${boshRoot}/${disk}/${job}`);
  if (job !== undefined && own.includes(inside)) {
    const conflict = "cannot conflict with default job data or store directories";
    return `invalid volume path: ${path} ${conflict}`;
  }
  if (inside === boshRoot || !isWithin(inside, boshRoot)) {
    const roots = root.root === boshRoot ? boshRoot : `${boshRoot} or ${root.root}`;
    return `invalid volume path: ${path} must be within ${roots}`;
  }
  return undefined;
}

/** What bpm goes by is not for a job to write, or it could pass off another's pid as its own. */
export function volumeAccessProblem(
  { path, writable }: { readonly path: string; readonly writable: boolean },
  reader: Reader,
): string | undefined {
  if (!writable || !isBpms(insidePath(path, reader))) return undefined;
  return `invalid volume path: ${path} is bpm's own and cannot be writable`;
}

/** The shortest path that means the same: no `.`, no `..`, no slash at the end. "" is `.`. */
function cleanPath(path: string): string {
  const normal = normalize(path);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

/** What makes the whole file unusable. */
export function brokenRules(process: ProcessFile, places: Places, reader: Reader): Finding[] {
  const volumes = (process.additional_volumes ?? []).flatMap((volume) => {
    const message = volumePathProblem(volume.path, reader);
    return message === undefined ? [] : [places.finding(volume, "path", message)];
  });
  return [...badName(process, places), ...volumes];
}

/** That there is none, the schema tells. */
function badName(process: ProcessFile, places: Places): Finding[] {
  const problem = process.name === "" ? undefined : nameProblem(process.name);
  if (problem === undefined) return [];
  const message = `invalid process name ${JSON.stringify(process.name)}: ${problem}`;
  return [places.finding(process, "name", message)];
}

/** What makes a process unstartable; the rest of the file is good for what it is. */
export function unstartable(process: ProcessFile, places: Places, reader: Reader): Finding[] {
  const volumes = [
    ...(process.additional_volumes ?? []),
    ...(process.unsafe?.unrestricted_volumes ?? []),
  ];
  const taking = volumes.flatMap((volume) => {
    const message = volumeAccessProblem(volume, reader);
    return message === undefined ? [] : [places.finding(volume, "path", message)];
  });
  return [...taking, ...unusableTexts(process, places)];
}

function unusableTexts(process: ProcessFile, places: Places): Finding[] {
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
