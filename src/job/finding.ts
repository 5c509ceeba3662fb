/** Something to tell an author about a place in a job, and how it is told. */
import { escapeControl } from "../report/escape.ts";

export type Severity = "error" | "warning" | "info";

export interface Finding {
  readonly file: string;
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
  /** How many characters of the line it is about. */
  readonly length?: number;
  readonly severity: Severity;
  /** What found it. */
  readonly rule: string;
  readonly message: string;
  /** What to do about it: a sentence without full stop. */
  readonly hint?: string;
  /** What the director would say of the same. */
  readonly director?: string;
}

/** Lines of a file, for excerpts; undefined where there are none to show. */
export type Lines = (file: string) => readonly string[] | undefined;

/** In the order of the files' text. */
export function byPlace(one: Finding, other: Finding): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}

/** `FILE:LINE:COLUMN: error: … [rule]`, the line with a mark below it, and what else is known. */
export function formatFinding(finding: Finding, lines: Lines): string {
  const { file, line, column, severity, message, rule, hint, director } = finding;
  const text = [
    `${file}:${line}:${column}: ${severity}: ${message} [${rule}]`,
    ...excerpt(finding, lines(file)?.[line - 1]),
    ...(hint === undefined ? [] : [`  ${hint}`]),
    ...(director === undefined ? [] : [`  the director would say: ${director}`]),
  ].join("\n");
  return `${escapeControl(text)}\n`;
}

const before = 60;
const lineWidth = 100;

/** The line, cut to a part that fits a screen, and marks below the place. */
function excerpt({ line, column, length = 1 }: Finding, text: string | undefined): string[] {
  const characters = [...(text ?? "")];
  const start = Math.max(0, column - 1 - before);
  const shown = characters.slice(start, start + lineWidth);
  if (shown.join("").trim() === "") return [];
  const number = String(line).padStart(5);
  // Tabs stay, so that the mark is below its character however wide they are.
  const margin = shown
    .slice(0, column - 1 - start)
    .join("")
    .replace(/[^\t]/gu, " ");
  const marks = "^".repeat(Math.max(1, Math.min(length, shown.length - (column - 1 - start))));
  return [`${number} | ${shown.join("").trimEnd()}`, `      | ${margin}${marks}`];
}

export interface Counts {
  readonly errors: number;
  readonly warnings: number;
}

export function countFindings(findings: readonly Finding[]): Counts {
  const count = (severity: Severity) => findings.filter((one) => one.severity === severity).length;
  return { errors: count("error"), warnings: count("warning") };
}

/** `1 error and 0 warnings in 3 jobs`. */
export function summary({ errors, warnings }: Counts, jobs: number): string {
  return `${plural(errors, "error")} and ${plural(warnings, "warning")} in ${plural(jobs, "job")}`;
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
