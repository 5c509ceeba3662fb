/** What a rule of `bpm job lint` is given, and what it says. */
import type { JobDirectory } from "../directory.ts";
import type { Finding, Severity } from "../finding.ts";
import type { JobSpec, TemplateEntry } from "../spec.ts";
import type { Usage } from "../usage.ts";

export interface LintedTemplate {
  /** As the spec names it, or "monit". */
  readonly source: string;
  readonly destination: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly usage: Usage;
}

export interface MissingTemplate {
  readonly entry: TemplateEntry;
  readonly reason: string;
}

export interface LintedJob {
  readonly directory: JobDirectory;
  readonly spec: JobSpec;
  /** The monit file and the templates of the spec, as far as they can be read. */
  readonly templates: readonly LintedTemplate[];
  readonly missing: readonly MissingTemplate[];
  /** Undefined when there is no monit file. */
  readonly monit: LintedTemplate | undefined;
  /** What lies in the directory of templates, by path below it. */
  readonly files: readonly string[];
}

export type Found = Pick<Finding, "file" | "line" | "column" | "message"> &
  Partial<Pick<Finding, "length" | "hint" | "director">>;

export interface Rule {
  /** What `--no-…` switches off. */
  readonly name: string;
  readonly severity: Severity;
  /** What it is about, for a list of rules. */
  readonly summary: string;
  check(job: LintedJob): Iterable<Found>;
}

/** A place in a template, as people count. */
export function placeIn(
  { path, bytes }: LintedTemplate,
  { offset, length = 1 }: { readonly offset: number; readonly length?: number },
) {
  const decode = (start: number, end: number) =>
    new TextDecoder().decode(bytes.subarray(start, end));
  const before = decode(0, offset);
  const line = before.split("\n").length;
  const column = [...before.slice(before.lastIndexOf("\n") + 1)].length + 1;
  const [text = ""] = decode(offset, offset + length).split("\n");
  return { file: path, line, column, length: Math.max(1, [...text].length) };
}

/** A place in the spec. */
export function inSpec({ spec }: LintedJob, position: { line: number; column: number }) {
  return { file: spec.file, line: position.line, column: position.column };
}

/** Words in quotes, as messages show names. */
export function listed(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(", ");
}
