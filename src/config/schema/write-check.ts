/**
 * Writes is-job-file.js, the check of decoded data as the executable carries it: a module, so that
 * it is compiled when bpm is built, and arktype is not part of what a valid file loads.
 * `bun src/config/schema/write-check.ts`; a test holds that it is up to date.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jobFile } from "./schema.ts";

/**
 * A function that answers as arktype's compiled validator does. That has one method for each part
 * of a type; those that only say yes or no (their names end in Allows) need nothing of arktype, and
 * the first of them stands for the whole. Throws where arktype has come to write them differently.
 */
export function jobFileModule(): string {
  const method = /^ {4}(\w+Allows)\(data, ctx\) \{(?: {2}|[\s\S]*?^ {5})\},$/gm;
  const methods = [...(jobFile.precompilation ?? "").matchAll(method)];
  const root = methods[0]?.[1];
  if (root === undefined || methods.some(([text]) => text.includes("$ark"))) {
    throw new Error("this version of arktype writes its validators in another way");
  }
  const names = methods.map(([, name = ""]) => name);
  const text = methods.map(([source]) => source).join("\n");
  return `// Written by write-check.ts.
const check = {
${numbered(text, names)}
};

export function isJobFile(data) {
  return check.${numbered(root, names)}(data);
}
`;
}

/** By their order: arktype's own numbers count whatever it has made before as well. */
function numbered(source: string, names: readonly string[]): string {
  return source.replace(/\b\w+Allows\b/g, (name) => `part${names.indexOf(name)}`);
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, "is-job-file.js"), jobFileModule());
}
