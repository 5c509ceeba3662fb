/** How `bpm job properties` tells of properties. */
import { chooseJobs } from "../../job/directory.ts";
import { readJob } from "../../job/lint.ts";
import { type PropertyFacts, propertyFacts } from "../../job/properties.ts";
import { rubyParser } from "../../job/ruby/prism.ts";
import { skeleton } from "../../job/skeleton.ts";
import { toJson } from "../../job/wire.ts";
import { plainJson } from "../../job/yaml/plain-json.ts";
import { yamlText } from "../../job/yaml/text.ts";
import { UsageError } from "../../report/errors.ts";
import { escapeControl } from "../../report/escape.ts";
import { print } from "../../report/stdout.ts";
import { table } from "../../report/table.ts";

interface JobProperties {
  readonly job: string;
  readonly properties: readonly PropertyFacts[];
}

/** Prints the properties of all jobs below `paths`, or only of those that `names` has. */
export async function listProperties(
  paths: readonly string[],
  names: readonly string[],
  { json, skeleton: toFill }: { json: boolean; skeleton: boolean },
): Promise<void> {
  if (paths.length === 0) throw new UsageError("must specify the directory of a job or a release");
  const parse = rubyParser();
  const jobs = chooseJobs(paths, names).map((directory): JobProperties => {
    const job = readJob(directory, parse);
    return { job: job.spec.name, properties: propertyFacts(job) };
  });
  if (json) return print(asJson(jobs));
  const texts = jobs.map(({ job, properties }) =>
    toFill ? skeleton(job, properties) : asTable(job, properties, jobs.length > 1),
  );
  await print(escapeControl(texts.join("\n")));
}

const widest = 40;

function asTable(job: string, properties: readonly PropertyFacts[], isOfMany: boolean): string {
  const rows = properties.map((property) => [
    property.name,
    standing(property),
    property.uses.map(({ file, line }) => `${file}:${line}`).join(" "),
  ]);
  const title = isOfMany ? `${job}\n` : "";
  return title + table([["Property", "Default", "Used in"], ...rows]);
}

function standing(property: PropertyFacts): string {
  if (property.default === null) return property.required ? "(required)" : "(none)";
  const text = yamlText(property.default);
  return text.length > widest ? `${text.slice(0, widest - 1)}…` : text;
}

function asJson(jobs: readonly JobProperties[]): string {
  const documents = jobs.map(({ job, properties }) => ({
    job,
    properties: properties.map((one) => ({
      ...one,
      default: plainJson(one.default),
      example: plainJson(one.example),
    })),
  }));
  return `${toJson({ jobs: documents })}\n`;
}
