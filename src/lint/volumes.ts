/** Volumes that do something else than their author thinks. */
import { type Holder, holderOf } from "../bosh/holders.ts";
import type { Finding } from "../config/finding.ts";
import { insidePath, type VolumeFile } from "../config/rules.ts";
import type { LintContext } from "./lint.ts";
import { jobTrees } from "./sandbox-trees.ts";

export function lintVolumes({ process, places, reader }: LintContext): Finding[] {
  const additional = process.additional_volumes ?? [];
  const unrestricted = process.unsafe?.unrestricted_volumes ?? [];
  const { job } = reader;
  const fixed = job === undefined ? [] : jobTrees(process, job).map(({ path }) => path);
  const tell =
    (check: (volume: VolumeFile, index: number) => string | undefined) =>
    (volume: VolumeFile, index: number): Finding[] => {
      const message = check(volume, index);
      return message === undefined ? [] : [places.finding(volume, "path", message)];
    };
  const heldByOthers = ({ path, mount_only: mountOnly }: VolumeFile) => {
    const holder = holderOf(insidePath(path, reader), job, []);
    return mountOnly || holder === undefined ? undefined : notTakenOver[holder];
  };
  const repeated = ({ path }: VolumeFile, index: number) =>
    additional.slice(0, index).some((other) => other.path === path)
      ? "this volume is in the list already, and only the first counts"
      : undefined;
  const mountedAnyway = ({ path }: VolumeFile) =>
    fixed.includes(insidePath(path, reader))
      ? "bpm mounts this anyway, and the options given here have no effect"
      : undefined;
  return [
    ...[literalGlob, heldByOthers, repeated, mountedAnyway].flatMap((check) =>
      additional.flatMap(tell(check)),
    ),
    ...[doubleStar, notAbsolute].flatMap((check) => unrestricted.flatMap(tell(check))),
  ];
}

function literalGlob({ path }: VolumeFile): string | undefined {
  return /[*?[]/.test(path)
    ? "patterns work in unsafe.unrestricted_volumes only; here the path is taken literally"
    : undefined;
}

const notTakenOver: Readonly<Record<Holder, string>> = {
  "all jobs": "a directory of all jobs cannot be given to this one; write mount_only: true",
  "another job": "a directory of another job is not given to this one; write mount_only: true",
  BOSH: "what BOSH installs is not given to a job; write mount_only: true",
  bpm: "what bpm itself goes by is not given to a job; write mount_only: true",
};

function doubleStar({ path }: VolumeFile): string | undefined {
  return path.includes("**") ? "`**` matches no more than `*`: one directory level" : undefined;
}

function notAbsolute({ path }: VolumeFile): string | undefined {
  return path.startsWith("/") ? undefined : "a volume's path must begin with /";
}
