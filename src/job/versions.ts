/** What comes of the same templates with several Rubies. */
import type { Finding } from "./finding.ts";
import type { RenderedJob } from "./render.ts";

export interface RubyResult {
  /** The program and its version, as messages name it. */
  readonly ruby: string;
  readonly jobs: readonly RenderedJob[];
}

/** Every file that is not the same with two Rubies; the jobs are the same in both. */
export function differences(one: RubyResult, other: RubyResult): Finding[] {
  return one.jobs.flatMap((job, index) => {
    const theirs = other.jobs[index];
    return theirs === undefined
      ? []
      : job.job.files.flatMap(({ path, destination }): Finding[] => {
          const line = firstDifference(textOf(job, destination), textOf(theirs, destination));
          if (line === undefined) return [];
          return [
            {
              file: path,
              line: 1,
              column: 1,
              severity: "error",
              rule: "ruby-versions",
              message: `${destination} is not the same with ${one.ruby} and with ${other.ruby}`,
              hint:
                line === 0
                  ? "with one of them it cannot be rendered at all"
                  : `the first difference is in line ${line} of the rendered file`,
            },
          ];
        });
  });
}

function textOf({ files }: RenderedJob, destination: string): string | undefined {
  const bytes = files.find((file) => file.destination === destination)?.bytes;
  return bytes === undefined ? undefined : new TextDecoder("latin1").decode(bytes);
}

/** The line, from 1; 0 where only one of them is there, undefined where they are equal. */
function firstDifference(one: string | undefined, other: string | undefined): number | undefined {
  if (one === other) return undefined;
  if (one === undefined || other === undefined) return 0;
  const lines = other.split("\n");
  return one.split("\n").findIndex((line, index) => line !== lines[index]) + 1 || lines.length;
}
