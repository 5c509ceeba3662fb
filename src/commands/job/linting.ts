/** How `bpm job lint` goes about it. */
import { chooseJobs } from "../../job/directory.ts";
import { readAuthorFile } from "../../job/files.ts";
import type { Finding, Lines } from "../../job/finding.ts";
import { countFindings, formatFinding, summary } from "../../job/finding.ts";
import { lintJob } from "../../job/lint.ts";
import { rubyParser } from "../../job/ruby/prism.ts";
import { rules } from "../../job/rules/index.ts";
import { BpmError, UsageError } from "../../report/errors.ts";
import { print } from "../../report/stdout.ts";
import { table } from "../../report/table.ts";

interface Options {
  /** Only these jobs of a release. */
  readonly jobs: readonly string[];
  /** Rules that are left out. */
  readonly without: readonly string[];
  readonly json: boolean;
  readonly strict: boolean;
}

/** Prints what there is to say about every job; throws when that amounts to a failure. */
export async function lint(
  paths: readonly string[],
  { jobs, without, json, strict }: Options,
): Promise<void> {
  if (paths.length === 0) throw new UsageError("must specify the directory of a job or a release");
  const directories = chooseJobs(paths, jobs);
  const parse = rubyParser();
  const options = { parse, without: new Set(without) };
  const findings = directories.flatMap((directory) => lintJob(directory, options));
  const counts = countFindings(findings);
  await print(json ? asJson(findings, directories.length) : asText(findings, directories.length));
  if (counts.errors === 0 && !(strict && counts.warnings > 0)) return;
  throw new BpmError("lint", summary(counts, directories.length));
}

export async function listRules(): Promise<void> {
  const rows = rules.map(({ name, severity, summary: text }) => [name, severity, text]);
  await print(table(rows));
}

function asText(findings: readonly Finding[], jobs: number): string {
  if (findings.length === 0) return `${summary({ errors: 0, warnings: 0 }, jobs)}\n`;
  return findings.map((finding) => formatFinding(finding, linesOf)).join("");
}

const linesOf: Lines = (file) => new TextDecoder().decode(readAuthorFile(file)).split("\n");

function asJson(findings: readonly Finding[], jobs: number): string {
  const { errors, warnings } = countFindings(findings);
  return `${JSON.stringify({ findings, jobs, errors, warnings }, null, 2)}\n`;
}
