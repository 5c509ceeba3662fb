/** What a Ruby is asked to evaluate, and what it answers. */
import type { DnsIds } from "../dns.ts";
import type { Hash } from "../value.ts";

export interface TemplateText {
  /** As the spec names it; "monit" for the job's monit file. */
  readonly source: string;
  readonly text: string;
}

/** One job on one instance. */
export interface Unit {
  readonly job: string;
  /** What `spec` says in its templates. */
  readonly spec: Hash;
  readonly dns: DnsIds;
  readonly templates: readonly TemplateText[];
}

/** The kinds are those of `Bpm::Asked` in context.rb. */
export type Asked = readonly [kind: "property" | "link", name: string];

export interface TemplateFailure {
  /** Of the exception. */
  readonly class: string;
  readonly text: string;
  /** Lines of the template that were being evaluated, innermost first; none for a syntax error. */
  readonly lines: readonly number[];
  /** Which properties, or which link, had no value, if that is what failed. */
  readonly names: readonly string[] | null;
  /** All properties that the template would ask for and that have no value. */
  readonly missing: readonly MissingProperty[];
}

export interface MissingProperty {
  readonly names: readonly string[];
  readonly line: number | null;
}

export interface TemplateResult {
  readonly output: Uint8Array | undefined;
  readonly failure: TemplateFailure | undefined;
  readonly asked: readonly Asked[];
}

export interface Answer {
  /** The version of the Ruby that answered. */
  readonly ruby: string;
  /** Of each unit, each template's result, in their order. */
  readonly results: readonly (readonly TemplateResult[])[];
}
