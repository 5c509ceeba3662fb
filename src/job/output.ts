/** Writes rendered files below a directory, with the modes that BOSH's agent gives them. */
import {
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { BpmError, isSystemError } from "../report/errors.ts";
import type { Rights } from "./renderer/rights.ts";

export interface OutputFile {
  /** Below the directory. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Makes the directories that are missing and replaces files of the same name. Nothing is written
 * through a symbolic link below `directory`: somebody else may have put it there.
 */
export function writeFiles(directory: string, files: readonly OutputFile[], owner?: Rights): void {
  if (mkdirSync(directory, { recursive: true }) !== undefined) own(directory, owner);
  const made = new Set<string>();
  for (const { path, bytes } of files) {
    makeDirectories({ top: directory, owner, made }, dirname(path));
    writeFile(join(directory, path), bytes, modeOf(path), owner);
  }
}

/** What lies in a directory `bin` is run, all else is read. */
function modeOf(path: string): number {
  return path.split("/").slice(0, -1).includes("bin") ? 0o750 : 0o640;
}

function own(path: string, owner: Rights | undefined): void {
  if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
}

interface Tree {
  readonly top: string;
  readonly owner: Rights | undefined;
  readonly made: Set<string>;
}

function makeDirectories(tree: Tree, path: string): void {
  if (path === "." || tree.made.has(path)) return;
  makeDirectories(tree, dirname(path));
  tree.made.add(path);
  const directory = join(tree.top, path);
  try {
    mkdirSync(directory, { mode: 0o750 });
    own(directory, tree.owner);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "EEXIST") throw error;
    if (lstatSync(directory).isDirectory()) return;
    throw new BpmError("not-a-directory", `write below ${directory}: it is no directory (ENOTDIR)`);
  }
}

function writeFile(path: string, bytes: Uint8Array, mode: number, owner?: Rights): void {
  rmSync(path, { force: true });
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fchmodSync(file, mode);
    if (owner !== undefined) fchownSync(file, owner.uid, owner.gid);
  } finally {
    closeSync(file);
  }
}
