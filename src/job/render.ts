/** Renders jobs: what comes of each template, or what a director would say of it. */
import type { PreparedFile, PreparedJob } from "./prepare.ts";
import { linksFile } from "./prepare.ts";
import { evaluateNatively, type NativeOptions } from "./renderer/native.ts";
import type { Asked, TemplateFailure } from "./renderer/unit.ts";

export interface RenderedFile extends PreparedFile {
  readonly bytes: Uint8Array;
}

export interface FailedFile extends PreparedFile {
  readonly failure: TemplateFailure;
}

export interface RenderedJob {
  readonly job: PreparedJob;
  readonly files: readonly RenderedFile[];
  readonly failures: readonly FailedFile[];
  /** Which names each template asked for, by its source. */
  readonly asked: ReadonlyMap<string, readonly Asked[]>;
}

/** Renders every template of every job, whatever becomes of the others. */
export async function renderJobs(
  jobs: readonly PreparedJob[],
  options: NativeOptions,
): Promise<{ ruby: string; jobs: RenderedJob[] }> {
  const answer = await evaluateNatively(
    jobs.map(({ unit }) => unit),
    options,
  );
  return {
    ruby: answer.ruby,
    jobs: jobs.map((job, index) => {
      const results = answer.results[index] ?? [];
      const pairs = job.files.map((file, at) => ({ file, result: results[at] }));
      const files = pairs.flatMap(({ file, result }) =>
        result?.output === undefined ? [] : [{ ...file, bytes: result.output }],
      );
      const failures = pairs.flatMap(({ file, result }) =>
        result?.failure === undefined ? [] : [{ ...file, failure: result.failure }],
      );
      const asked = new Map(pairs.map(({ file, result }) => [file.source, result?.asked ?? []]));
      return { job, files: [...files, providedLinks(job)], failures, asked };
    }),
  };
}

function providedLinks({ spec, unit, directory }: PreparedJob): RenderedFile {
  const name = ".bosh/links.json";
  const text = linksFile(spec, String(unit.spec.get("deployment")), unit.dns.groups);
  const bytes = new TextEncoder().encode(text);
  return { source: name, destination: name, path: `${directory.path}/${name}`, bytes };
}
