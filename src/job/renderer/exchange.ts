/** What goes to a program that evaluates templates, and what to make of how it ended. */
import { BpmError } from "../../report/errors.ts";
import { encode } from "../wire.ts";
import { readAnswers } from "./answers.ts";
import type { Ended } from "./child.ts";
import type { Answer, TemplateFailure, TemplateResult, TemplateText, Unit } from "./unit.ts";

export function unitDocuments(units: readonly Unit[]): unknown[] {
  return units.map(({ spec, ...unit }) => ({ ...unit, spec: encode(spec) }));
}

interface Limits {
  readonly ruby: string;
  readonly seconds: number;
}

/**
 * The results of all templates. The one during which the program ended has failed, and so have
 * those that it did not come to.
 */
export function toAnswer(units: readonly Unit[], ended: Ended, limits: Limits): Answer {
  const { ruby, results } = readAnswers(ended.output);
  if (ruby === undefined) throw new BpmError("no-ruby", startFailure(limits.ruby, ended));
  const queue = [...results];
  let reason: string | undefined;
  const next = ({ source }: TemplateText): TemplateResult => {
    const result = queue.shift();
    if (result !== undefined) return result;
    const text = reason ?? endText(ended, limits);
    reason ??= `not evaluated, because of ${source}: ${text}`;
    return { output: undefined, failure: failed(text), asked: [] };
  };
  return { ruby, results: units.map(({ templates }) => templates.map(next)) };
}

function failed(text: string): TemplateFailure {
  return { class: "bpm", text, lines: [], names: null, missing: [] };
}

function endText({ cut, end }: Ended, { seconds }: Limits): string {
  if (cut === "time") return `still being evaluated after ${seconds} s, the limit (see --timeout)`;
  if (cut === "size") return "it prints more than 64 MiB";
  return `it ended Ruby itself (${end})`;
}

function startFailure(ruby: string, { cut, end, errors }: Ended): string {
  const said = errors.trim().split("\n")[0] ?? "";
  const how = cut === "time" ? "it did not answer in time" : end;
  return `${ruby} cannot evaluate templates: ${said === "" ? how : said}`;
}
