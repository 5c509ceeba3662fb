/** Everything there is to say about a bpm.yml, for `bpm validate`. */

import { analyse, byOffset } from "../config/analysis.ts";
import type { JobFile } from "../config/decode/decode.ts";
import { problemLine, toProblem } from "../config/parse.ts";
import type { Reader } from "../config/rules.ts";
import type { Problem } from "../config/types.ts";
import { escapeControl } from "../report/escape.ts";
import { lint } from "./lint.ts";

export interface FileReport {
  readonly file: string;
  /** As decoded; null when the file could not be. */
  readonly config: JobFile | null;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** The text of the file, as it is shown around a problem. */
  readonly lines: readonly string[];
}

export interface ValidationContext extends Reader {
  readonly file: string;
}

/** Errors are what keeps a job or one of its processes from starting. */
export function validateFile(text: string | Uint8Array, context: ValidationContext): FileReport {
  const { source, decoded, errors, startErrors, warnings } = analyse(text, context);
  const isDecoded = decoded !== undefined && decoded.errors.length === 0;
  const hints = isDecoded ? lint(decoded, source, context) : [];
  const problems = (findings: typeof errors): Problem[] =>
    [...findings].sort(byOffset).map((finding) => toProblem(finding, source));
  return {
    file: context.file,
    config: isDecoded ? decoded.file : null,
    errors: problems([...errors, ...[...startErrors.values()].flat()]),
    warnings: problems([...warnings, ...hints]),
    lines: source.lines(),
  };
}

/** One JSON document for all files. Numbers are written in full, however large. */
export function formatJson(reports: readonly FileReport[]): string {
  const files = reports.map(({ lines: _lines, ...report }) => report);
  return `${JSON.stringify({ files }, withBigints, 2)}\n`;
}

function withBigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? JSON.rawJSON(value.toString()) : value;
}

/** A line for each problem; with `excerpts`, also the line of the file and a mark below it. */
export function formatText(reports: readonly FileReport[], excerpts: boolean): string {
  return reports.map((report) => formatReport(report, excerpts)).join("");
}

function formatReport(report: FileReport, excerpts: boolean): string {
  const { file, errors, warnings, lines, config } = report;
  if (errors.length + warnings.length === 0) {
    const names = (config?.processes ?? []).map(({ name }) => name);
    return `${escapeControl(`${file}: valid (${names.join(", ") || "no processes"})`)}\n`;
  }
  const told = [
    ...errors.map((problem) => ({ problem, text: problemLine(file, problem) })),
    ...warnings.map((problem) => ({ problem, text: warningLine(file, problem) })),
  ].sort(
    ({ problem: one }, { problem: other }) => one.line - other.line || one.column - other.column,
  );
  const excerptOf = (problem: Problem): string => (excerpts ? excerpt(problem, lines) : "");
  return told.map(({ problem, text }) => `${escapeControl(text)}\n${excerptOf(problem)}`).join("");
}

function warningLine(file: string, problem: Problem): string {
  const path = problem.path === "" ? "" : `${problem.path}: `;
  const message = `${path}${problem.message}`;
  return problemLine(file, { ...problem, path: "warning", message });
}

const before = 60;
const width = 100;

/** The line of the problem, cut to a part that fits a screen, and a caret below the place. */
function excerpt({ line, column }: Problem, lines: readonly string[]): string {
  const characters = [...(lines[line - 1] ?? "")];
  const start = Math.max(0, column - 1 - before);
  const shown = characters.slice(start, start + width).join("");
  if (shown.trim() === "") return "";
  // Tabs stay, so that the caret is below its character however wide they are.
  const margin = characters
    .slice(start, column - 1)
    .join("")
    .replace(/[^\t]/gu, " ");
  return `    ${escapeControl(shown)}\n    ${margin}^\n`;
}
