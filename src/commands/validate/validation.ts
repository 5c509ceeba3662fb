/** Which files `bpm validate` checks, and how it tells what it found. */
import { existsSync } from "node:fs";
import { isatty } from "node:tty";
import { type BoshRoot, boshRoot } from "../../bosh/paths.ts";
import { processPaths } from "../../bosh/process-paths.ts";
import { readConfigFile } from "../../config/read.ts";
import { listJobs } from "../../host/jobs.ts";
import {
  type FileReport,
  formatJson,
  formatText,
  type ValidationContext,
  validateFile,
} from "../../lint/validate.ts";
import { BpmError, isSystemError, messageOf } from "../../report/errors.ts";
import { print } from "../../report/stdout.ts";

const stdout = 1;

/** Prints what there is to say about every file; throws when that amounts to a failure. */
export async function validateAll(
  operands: readonly string[],
  { json, strict }: { json: boolean; strict: boolean },
): Promise<void> {
  const root = boshRoot(process.env);
  const files =
    operands.length > 0 ? operands.map((operand) => fileOf(operand, root)) : configuredJobs(root);
  const reports = files.map(report);
  await print(json ? formatJson(reports) : formatText(reports, isatty(stdout)));
  const errors = count(reports.map((one) => one.errors));
  const warnings = count(reports.map((one) => one.warnings));
  if (errors === 0 && !(strict && warnings > 0)) return;
  const found = `${plural(errors, "error")} and ${plural(warnings, "warning")}`;
  throw new BpmError("invalid-config", `${found} in ${plural(reports.length, "file")}`);
}

/** A path names a file; any other word a job, unless there is a file of that name. */
function fileOf(operand: string, root: BoshRoot): ValidationContext {
  const isFile = /[/]|\.ya?ml$/.test(operand) || existsSync(operand);
  return isFile ? { file: operand, job: jobOf(operand), root } : configOf(operand, root);
}

function configOf(job: string, root: BoshRoot): ValidationContext {
  return { file: processPaths(root, job, job).configFile.external(), job, root };
}

/** On a machine or in a release, the directory tells which job a file belongs to. */
function jobOf(file: string): string | undefined {
  return /(?:^|\/)jobs\/([^/]+)\/(?:config|templates)\/[^/]+$/.exec(file)?.[1];
}

function configuredJobs(root: BoshRoot): ValidationContext[] {
  return listJobs(root)
    .map((job) => configOf(job, root))
    .filter(({ file }) => existsSync(file));
}

function report(context: ValidationContext): FileReport {
  try {
    return validateFile(readConfigFile(context.file), context);
  } catch (error) {
    if (!isSystemError(error) && !(error instanceof BpmError)) throw error;
    const unreadable = { path: "", line: 1, column: 1, message: messageOf(error) };
    return { file: context.file, config: null, errors: [unreadable], warnings: [], lines: [] };
  }
}

function count(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((sum, { length }) => sum + length, 0);
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
