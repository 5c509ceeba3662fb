/** Checks jobs without running anything of them. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { BpmError } from "../report/errors.ts";
import type { JobDirectory } from "./directory.ts";
import { readAuthorFile, territoryOf } from "./files.ts";
import { byPlace, type Finding } from "./finding.ts";
import type { Parse } from "./ruby/prism.ts";
import { rules } from "./rules/index.ts";
import type { LintedJob, LintedTemplate, MissingTemplate, Rule } from "./rules/rule.ts";
import { readSpec } from "./spec.ts";
import { usageOf } from "./usage.ts";
import { PsychError } from "./yaml/psych.ts";

/** Everything that the rules say of a job, but for the rules that are switched off. */
export function lintJob(
  directory: JobDirectory,
  { parse, without = new Set() }: { parse: Parse; without?: ReadonlySet<string> },
): Finding[] {
  const active = rules.filter(({ name }) => !without.has(name));
  try {
    return findingsOf(readJob(directory, parse), active);
  } catch (error) {
    if (!(error instanceof PsychError)) throw error;
    const {
      position: { line, column },
      reason,
    } = error;
    const file = join(directory.path, "spec");
    return [{ file, line, column, severity: "error", rule: "spec", message: reason }];
  }
}

export function findingsOf(job: LintedJob, active: readonly Rule[]): Finding[] {
  const found = active.flatMap((rule) =>
    [...rule.check(job)].map(
      (one): Finding => ({ ...one, severity: rule.severity, rule: rule.name }),
    ),
  );
  return found.sort(byPlace);
}

export function readJob(directory: JobDirectory, parse: Parse): LintedJob {
  const spec = readSpec(directory.path);
  const templates: LintedTemplate[] = [];
  const missing: MissingTemplate[] = [];
  const read = (source: string, destination: string, path: string): LintedTemplate => {
    const bytes = readAuthorFile(path, territoryOf(directory.path));
    return { source, destination, path, bytes, usage: usageOf(bytes, parse) };
  };
  const monitPath = join(directory.path, "monit");
  const monit = existsSync(monitPath) ? read("monit", "monit", monitPath) : undefined;
  if (monit !== undefined) templates.push(monit);
  for (const entry of spec.templates) {
    try {
      const path = join(directory.path, "templates", entry.source);
      templates.push(read(entry.source, entry.destination, path));
    } catch (error) {
      if (!(error instanceof BpmError)) throw error;
      missing.push({ entry, reason: error.message });
    }
  }
  return { directory, spec, templates, missing, monit, files: filesBelow(directory) };
}

/** Files below the directory of templates; what a symbolic link leads to is not looked into. */
function filesBelow({ path }: JobDirectory): string[] {
  const top = join(path, "templates");
  if (!existsSync(top) || !statSync(top).isDirectory()) return [];
  const entries = readdirSync(top, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(top.length + 1)).sort();
}
