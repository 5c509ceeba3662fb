/** What is known of a job's properties without running its templates. */
import type { Position } from "../config/types.ts";
import { type PropertyUseIn, propertyUses } from "./rules/names.ts";
import { type LintedJob, placeIn } from "./rules/rule.ts";
import type { Property } from "./spec.ts";
import { splitName, type Value } from "./value.ts";

export interface PropertyFacts {
  readonly name: string;
  readonly description: string;
  /** Null is none. */
  readonly default: Value;
  readonly example: Value;
  /** Whether some template fails when it has no value. */
  readonly required: boolean;
  readonly uses: readonly (Position & { readonly file: string })[];
}

/** All properties, in the spec's order. */
export function propertyFacts(job: LintedJob): PropertyFacts[] {
  const uses = propertyUses(job);
  return job.spec.properties.map((property) => {
    const own = uses.filter(({ use }) => use.names.some((name) => isAbout(name, property)));
    const field = (key: string) => property.definition.get(key) ?? null;
    const description = field("description");
    return {
      name: property.name,
      description: typeof description === "string" ? description : "",
      default: property.default,
      example: field("example"),
      required: property.default === null && own.some((one) => needs(one, property)),
      uses: own.map(({ template, use }) => {
        const { file, line, column } = placeIn(template, use);
        return { file, line, column };
      }),
    };
  });
}

/** The property itself, a hash of which it is a part, or a part of it. */
function isAbout(name: string, { path }: Property): boolean {
  const asked = splitName(name).join(".");
  return `${path}.`.startsWith(`${asked}.`) || asked.startsWith(`${path}.`);
}

/** Where several names are asked for, any of them will do. */
function needs({ use }: PropertyUseIn, { path }: Property): boolean {
  const { helper, hasFallback, names, prefixes } = use;
  const [only = ""] = names;
  const isOnly = names.length === 1 && prefixes.length === 0;
  return helper === "p" && !hasFallback && isOnly && splitName(only).join(".") === path;
}
