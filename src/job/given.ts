/** What an operator gives: files of properties, single ones, and variables in both. */
import { BpmError, UsageError } from "../report/errors.ts";
import { quote } from "../report/escape.ts";
import { readAuthorFile } from "./files.ts";
import { type Hash, isHash, splitName, type Value } from "./value.ts";
import { readPsych } from "./yaml/psych.ts";

/** Reads a YAML file that has to hold a mapping; an empty one does, too. */
export function readHashFile(file: string): Hash {
  const { value } = readPsych(readAuthorFile(file), file);
  if (value === null) return new Map();
  if (isHash(value)) return value;
  throw new BpmError("not-a-mapping", `${file} does not hold a mapping`);
}

/** `NAME=YAML` as flags give it. */
export function readAssignment(text: string, flag: string): [name: string, value: Value] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new UsageError(`${flag} takes NAME=VALUE, not ${quote(text)}`);
  const name = text.slice(0, equals);
  return [name, readPsych(text.slice(equals + 1), `${flag} ${name}`).value];
}

/** Later files win; hashes in the same place become one. */
export function mergeHashes(hashes: readonly Hash[]): Hash {
  return hashes.reduce((merged: Hash, hash) => {
    const result = new Map(merged);
    for (const [key, value] of hash) {
      const before = result.get(key);
      result.set(key, isHash(before) && isHash(value) ? mergeHashes([before, value]) : value);
    }
    return result;
  }, new Map());
}

/** One property given by its dotted name, as a tree. */
export function nested(name: string, value: Value): Hash {
  const [first = name, ...rest] = splitName(name);
  return new Map([[first, rest.length === 0 ? value : nested(rest.join("."), value)]]);
}
