/** Reads a bpm.yml and finds everything that is wrong with it. */

import { type Decoded, decodeJobFile } from "./decode/decode.ts";
import type { Finding } from "./finding.ts";
import { brokenRules, type Reader, unstartable } from "./rules.ts";
import { isJobFile } from "./schema/check.ts";
import { readDocument } from "./yaml/document.ts";
import { decodeText, Source } from "./yaml/source.ts";

export interface Analysis {
  readonly source: Source;
  /** Undefined when the text is no YAML. */
  readonly decoded: Decoded | undefined;
  /** What makes the whole file unusable. */
  readonly errors: readonly Finding[];
  /** What makes single processes unstartable, by their index; the file is good for other uses. */
  readonly startErrors: ReadonlyMap<number, readonly Finding[]>;
  readonly warnings: readonly Finding[];
}

/** A file that is checked on its own has a reader without a job. */
export function analyse(file: string | Uint8Array, reader: Reader): Analysis {
  const text = typeof file === "string" ? file.replace(/^\uFEFF/, "") : decodeText(file);
  if (text === undefined) return notText();
  const document = readDocument(text);
  const { source, warnings } = document;
  if (document.errors.length > 0) return { ...nothing, source, errors: document.errors, warnings };
  const decoded = decodeJobFile(document);
  const processes = decoded.file.processes ?? [];
  const violations = schemaViolations(decoded);
  const startErrors = processes.map((process, index) => {
    const own = violations.filter(({ unstartable }) => unstartable === index);
    return [index, [...own, ...unstartable(process, decoded.places, reader)]] as const;
  });
  return {
    source,
    decoded,
    errors: [
      ...decoded.errors,
      ...violations.filter(({ unstartable }) => unstartable === undefined),
      ...processes.flatMap((process) => brokenRules(process, decoded.places, reader)),
    ].sort(byOffset),
    startErrors: new Map(startErrors),
    warnings: [...warnings, ...decoded.warnings].sort(byOffset),
  };
}

const nothing: Analysis = {
  source: new Source(""),
  decoded: undefined,
  errors: [],
  startErrors: new Map(),
  warnings: [],
};

function notText(): Analysis {
  return { ...nothing, errors: [{ path: "", offset: 0, message: "the file is no text in UTF-8" }] };
}

interface SchemaViolation extends Finding {
  /** The index of the one process that suffers from it, when it is not the whole file that does. */
  readonly unstartable: number | undefined;
}

/** A bad quantity of memory has always kept just its own process from starting. */
function schemaViolations({ file, places, errors }: Decoded): SchemaViolation[] {
  if (isJobFile(file)) return [];
  // Not import(): reading a configuration is synchronous, and this is the only slow case of it.
  const { explain } = require("./schema/explain.ts") as typeof import("./schema/explain.ts");
  return explain(file)
    .map(({ path, message }) => {
      const { owner, key } = ownerOf(file, path);
      const unstartable = key === "memory" ? Number(path[1]) : undefined;
      return { ...places.finding(owner, key, message), unstartable };
    })
    .filter(({ path }) => !errors.some((error) => isPartOf(path, error.path)));
}

/** Whether `path` is `whole` or below it: what could not be decoded has been told already. */
function isPartOf(path: string, whole: string): boolean {
  return ["", path].includes(whole) || [".", "["].some((next) => path.startsWith(whole + next));
}

/** The object that holds what `path` leads to, and under which key. */
function ownerOf(file: object, path: readonly PropertyKey[]): { owner: object; key: string } {
  const keys = path.map(String);
  let owner: object = file;
  for (const key of keys.slice(0, -1)) owner = (owner as Record<string, object>)[key] ?? owner;
  return { owner, key: keys.at(-1) ?? "" };
}

/** In the order of the text. */
export function byOffset(one: Finding, other: Finding): number {
  return one.offset - other.offset;
}
