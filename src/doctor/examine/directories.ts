/** The directories of BOSH: what is there, and who may write to what bpm trusts. */
import { errnoSentence } from "../../report/errno-sentence.ts";
import type { DirectoryFacts, Facts, FoundDirectory } from "../facts.ts";
import { type Finding, finding, type Level } from "../finding.ts";

const neededCapabilities = [
  "is not there, and is mounted in every sandbox",
  "BOSH makes it with the first package; an empty directory will do.",
] as const;

/** What it means when a directory is missing; of others, bpm makes what it needs. */
const whenMissing: Readonly<Record<string, readonly [Level, text: string, advice?: string]>> = {
  "": [
    "problem",
    "is not there: no job is, either",
    "Is this a BOSH machine? BPM_BOSH_ROOT names another directory.",
  ],
  jobs: ["note", "is not there: no job has been placed on this machine"],
  packages: ["problem", ...neededCapabilities],
  "data/packages": ["problem", ...neededCapabilities],
  store: ["note", "is not there: a process with persistent_disk does not start"],
};

/** Those that every start writes to. */
const written = new Set(["data", "sys/log", "sys/run"]);

export function examineDirectories({ directories: all, user }: Facts): Finding[] {
  // Where there is no root, nothing below it is worth a word.
  const isRootMissing = all.some(({ name, found }) => name === "" && found === undefined);
  const directories = isRootMissing ? all.filter(({ name }) => name === "") : all;
  const vcap = "uid" in user ? user : undefined;
  const nameOf = (id: number, ours: number | undefined) =>
    id === 0 ? "root" : id === ours ? "vcap" : String(id);
  const findings = directories.map((directory) => {
    const { name, path, refusedLink, found } = directory;
    const subject = name === "" ? "root" : name;
    if (refusedLink !== undefined) return badLink(subject, refusedLink);
    if (found === undefined) return missing(subject, name, path);
    return (
      fault(directory, subject, found) ??
      finding(
        "ok",
        "directory",
        subject,
        `${path}, ${nameOf(found.uid, vcap?.uid)}:${nameOf(found.gid, vcap?.gid)} ` +
          found.mode.toString(8).padStart(4, "0"),
      )
    );
  });
  return [...findings, ...exposed(directories)];
}

function badLink(subject: string, link: string): Finding {
  return finding(
    "problem",
    "directory-link",
    subject,
    `${link} is a symbolic link that is not root's`,
    "Remove the link, or let root own it: bpm works as root and follows no other.",
  );
}

function missing(subject: string, name: string, path: string): Finding {
  const [level, text, advice] = whenMissing[name] ?? ["ok", "is made when it is needed"];
  return finding(level, "directory-missing", subject, `${path} ${text}`, advice);
}

function fault(
  { name, path }: DirectoryFacts,
  subject: string,
  { isDirectory, refused }: FoundDirectory,
): Finding | undefined {
  if (!isDirectory) {
    return finding(
      "problem",
      "directory-kind",
      subject,
      `${path} is no directory`,
      "Move away what is there.",
    );
  }
  if (refused === null || !written.has(name)) return undefined;
  return finding(
    "problem",
    "directory-refused",
    subject,
    `nothing can be written to ${path}: ${errnoSentence(refused)}`,
    refused === "ENOSPC" ? "Make room in it." : "Mount its file system read-write.",
  );
}

/** Whoever can rename a directory decides what root finds there. */
function exposed(directories: readonly DirectoryFacts[]): Finding[] {
  const paths = new Set(directories.flatMap(({ found }) => found?.exposed ?? []));
  return [...paths].map((path) =>
    finding(
      "warning",
      "directory-exposed",
      "trust",
      `others than root may write to ${path}`,
      `Run: chown root ${path} && chmod go-w ${path}`,
    ),
  );
}
