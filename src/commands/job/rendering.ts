/** How `bpm job render` goes about it. */
import { join } from "node:path";
import { everyValue, readArguments } from "../../cli/arguments.ts";
import type { FlagDefs } from "../../cli/flags.ts";
import { ignoredNames } from "../../job/bind.ts";
import { compareFiles } from "../../job/compare.ts";
import { chooseJobs } from "../../job/directory.ts";
import { failureFindings } from "../../job/failure.ts";
import { countFindings, type Finding, formatFinding, summary } from "../../job/finding.ts";
import { missingLinks, unusedLinks } from "../../job/links.ts";
import { type OutputFile, writeFiles } from "../../job/output.ts";
import { type Given, type PreparedJob, prepareJob } from "../../job/prepare.ts";
import { type RenderedJob, renderJobs } from "../../job/render.ts";
import { callerOfSudo } from "../../job/renderer/rights.ts";
import { differences, type RubyResult } from "../../job/versions.ts";
import { BpmError, UsageError } from "../../report/errors.ts";
import { quote } from "../../report/escape.ts";
import { stderr } from "../../report/stderr.ts";
import { print } from "../../report/stdout.ts";
import { readGiven } from "./given.ts";
import { readSeconds } from "./ruby.ts";

interface Options {
  readonly directory: string | undefined;
  readonly template: string | undefined;
  readonly output: string | undefined;
  readonly diff: string | undefined;
  readonly json: boolean;
}

/** Renders and prints or writes; throws when a template failed. */
export async function render(
  args: FlagDefs,
  argv: readonly string[],
  { directory, template, output, diff, json }: Options,
): Promise<void> {
  if (directory === undefined) throw new UsageError("must specify a job's directory");
  if (diff !== undefined && (output !== undefined || template !== undefined || json)) {
    throw new UsageError("--diff takes all files of a job, and neither --output nor --json");
  }
  const given = readGiven(args, argv);
  const directories = chooseJobs([directory], everyValue(args, argv, "job"));
  const jobs = directories.map((one) => prepareJob(one, given));
  const seconds = readSeconds(String(readArguments(args, argv).values["timeout"]));
  const [program = "ruby", ...others] = everyValue(args, argv, "ruby");
  const { ruby, jobs: rendered } = await renderJobs(jobs, { ruby: program, seconds });
  const first = { ruby: `${program} (${ruby})`, jobs: rendered };
  const differing = await compareRubies(first, jobs, { others, seconds });
  const wanted = template === undefined ? rendered : [onlyTemplate(rendered, template)];
  for (const job of jobs) warn(job, given);
  const findings = [...wanted.flatMap((job) => findingsOf(job, given)), ...differing];
  if (json) await print(jsonOf(ruby, wanted, findings));
  else if (findings.length > 0) tell(findings, wanted);
  else if (output !== undefined) write(output, filesOf(wanted, directories.length === 1));
  else if (diff !== undefined) await tellDiff(diff, filesOf(wanted, directories.length === 1));
  else await print(template === undefined ? listing(wanted) : (wanted[0]?.files[0]?.bytes ?? ""));
  if (findings.length > 0) {
    throw new BpmError("not-rendered", summary(countFindings(findings), wanted.length));
  }
}

/** What is not the same with all Rubies. */
async function compareRubies(
  first: RubyResult,
  jobs: readonly PreparedJob[],
  { others, seconds }: { others: readonly string[]; seconds: number },
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const program of others) {
    const { ruby, jobs: rendered } = await renderJobs(jobs, { ruby: program, seconds });
    found.push(...differences(first, { ruby: `${program} (${ruby})`, jobs: rendered }));
  }
  return found;
}

/** One template of one job, by the name of its source or of its destination. */
function onlyTemplate(jobs: readonly RenderedJob[], name: string): RenderedJob {
  const isWanted = ({ source, destination }: { source: string; destination: string }) =>
    source === name || destination === name;
  const job = jobs.find(({ files, failures }) => [...files, ...failures].some(isWanted));
  if (job === undefined) {
    const all = jobs.flatMap(({ job: { files } }) => files.map(({ source }) => source));
    const names = all.join(", ");
    throw new BpmError("no-template", `there is no template ${quote(name)} (there are: ${names})`);
  }
  const files = job.files.filter(isWanted).slice(0, 1);
  return { ...job, files, failures: job.failures.filter(isWanted) };
}

function findingsOf({ job, failures }: RenderedJob, given: Given): Finding[] {
  const secret = [given.properties, given.links];
  const failed = failures.flatMap((failure) => {
    const { text = "" } = job.unit.templates.find(({ source }) => source === failure.source) ?? {};
    return failureFindings(failure, { text, spec: job.spec, given: secret });
  });
  return [...missingLinks(job.spec, given.links), ...failed];
}

function warn({ spec }: PreparedJob, given: Given): void {
  for (const name of ignoredNames(spec.properties, given.properties)) {
    stderr.warn(`${spec.file} does not declare ${quote(name)}, so that its value has no effect`);
  }
  for (const name of unusedLinks(spec.consumes, given.links)) {
    stderr.warn(`${spec.file} consumes no link ${quote(name)}: a director would not give it`);
  }
}

function tell(findings: readonly Finding[], jobs: readonly RenderedJob[]): void {
  const texts = new Map(
    jobs.flatMap(({ job }) =>
      job.files.map(({ path }, index) => [path, job.unit.templates[index]?.text ?? ""] as const),
    ),
  );
  const specs = new Map(jobs.map(({ job: { spec } }) => [spec.file, spec.document.source.text]));
  const lines = (file: string) => (texts.get(file) ?? specs.get(file))?.split("\n");
  for (const finding of findings) stderr.log(formatFinding(finding, lines).trimEnd());
}

/** Where files go below a directory: each job has one of its own, unless there is only one. */
function filesOf(jobs: readonly RenderedJob[], isOne: boolean): OutputFile[] {
  return jobs.flatMap(({ job, files }) =>
    files.map(({ destination, bytes }) => ({
      path: isOne ? destination : join(job.spec.name, destination),
      bytes,
    })),
  );
}

function write(output: string, files: readonly OutputFile[]): void {
  writeFiles(output, files, callerOfSudo(process.env));
}

async function tellDiff(directory: string, files: readonly OutputFile[]): Promise<void> {
  const diffs = compareFiles(directory, files);
  await print(diffs.join(""));
  if (diffs.length === 0) return;
  const noun = diffs.length === 1 ? "file differs" : "files differ";
  throw new BpmError("files-differ", `${diffs.length} ${noun} from ${directory}`);
}

/** Every file below its name. */
function listing(jobs: readonly RenderedJob[]): Uint8Array {
  const files = jobs.flatMap((one) => one.files.map((file) => ({ job: one.job.spec.name, file })));
  return Buffer.concat(
    files.flatMap(({ job, file: { destination, bytes } }, index) => [
      Buffer.from(`${index === 0 ? "" : "\n"}==> ${job}/${destination} <==\n`),
      Buffer.from(bytes),
    ]),
  );
}

function jsonOf(ruby: string, jobs: readonly RenderedJob[], findings: readonly Finding[]): string {
  const rendered = jobs.map(({ job, files }) => ({
    job: job.spec.name,
    files: files.map(({ source, destination, bytes }) => ({
      source,
      destination,
      ...content(bytes),
    })),
  }));
  return `${JSON.stringify({ ruby, jobs: rendered, findings }, null, 2)}\n`;
}

function content(bytes: Uint8Array): { text: string } | { base64: string } {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const isText = Buffer.compare(Buffer.from(text), bytes) === 0;
  return isText ? { text } : { base64: Buffer.from(bytes).toString("base64") };
}
