/** How `bpm job lint` goes about it. */
import { chooseJobs, type JobDirectory } from "../../job/directory.ts";
import { readAuthorFile } from "../../job/files.ts";
import type { Finding, Lines } from "../../job/finding.ts";
import { byPlace, countFindings, formatFinding, summary } from "../../job/finding.ts";
import { lintJob, readJob } from "../../job/lint.ts";
import type { Given } from "../../job/prepare.ts";
import type { NativeOptions } from "../../job/renderer/native.ts";
import { type Parse, rubyParser } from "../../job/ruby/prism.ts";
import type { Rule } from "../../job/rules/rule.ts";
import { BpmError, UsageError } from "../../report/errors.ts";
import { print } from "../../report/stdout.ts";
import { table } from "../../report/table.ts";

interface Options {
  /** Only these jobs of a release. */
  readonly jobs: readonly string[];
  /** Rules that are left out. */
  readonly without: readonly string[];
  /** With what the jobs are rendered, if they are. */
  readonly render: (NativeOptions & { readonly given: Given }) | undefined;
  readonly json: boolean;
  readonly strict: boolean;
}

/** Prints what there is to say about every job; throws when that amounts to a failure. */
export async function lint(
  paths: readonly string[],
  { jobs, without, render, json, strict }: Options,
): Promise<void> {
  if (paths.length === 0) throw new UsageError("must specify the directory of a job or a release");
  const directories = chooseJobs(paths, jobs);
  const parse = rubyParser();
  const options = { parse, without: new Set(without) };
  const written = directories.flatMap((directory) => lintJob(directory, options));
  const rendered = render === undefined ? [] : await trials(directories, { parse, ...render });
  const findings = [...written, ...rendered.filter(({ rule }) => !without.includes(rule))].sort(
    byPlace,
  );
  const counts = countFindings(findings);
  await print(json ? asJson(findings, directories.length) : asText(findings, directories.length));
  if (counts.errors === 0 && !(strict && counts.warnings > 0)) return;
  throw new BpmError("lint", summary(counts, directories.length));
}

/** A job that no director would take is not rendered: what keeps it from that is told already. */
async function trials(
  directories: readonly JobDirectory[],
  { given, parse, ...options }: NativeOptions & { given: Given; parse: Parse },
): Promise<Finding[]> {
  const { tryJobs } = await import("../../job/trial.ts");
  const { prepareJob } = await import("../../job/prepare.ts");
  const ready = directories.flatMap((directory) => {
    try {
      const linted = readJob(directory, parse);
      const prepared = prepareJob(directory, given);
      return [{ prepared, linted, given: given.properties }];
    } catch (error) {
      if (error instanceof BpmError) return [];
      throw error;
    }
  });
  return tryJobs(ready, options);
}

export async function listRules(rules: readonly Omit<Rule, "check">[]): Promise<void> {
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
