import type { Property } from "../spec.ts";
import { splitName } from "../value.ts";
import { propertyUses } from "./names.ts";
import { inSpec, type LintedJob, type Rule } from "./rule.ts";

/** Silent where a template may read any property: then nothing can be said of one. */
export const unusedProperty: Rule = {
  name: "unused-property",
  severity: "warning",
  summary: "the spec declares a property that no template asks for",
  *check(job) {
    const uses = propertyUses(job).map(({ use }) => use);
    const readsAll = job.templates.some(
      ({ usage: { uses: all, problems } }) =>
        problems.length > 0 || all.some(({ kind }) => kind === "raw"),
    );
    if (readsAll || job.missing.length > 0) return;
    const prefixes = uses.flatMap((use) => use.prefixes);
    if (prefixes.includes("")) return;
    const names = uses.flatMap((use) => use.names).map((name) => splitName(name).join("."));
    for (const property of job.spec.properties) {
      if (isUsed(property, names, prefixes) || isProvided(property, job)) continue;
      yield {
        ...inSpec(job, property.position),
        message: `no template uses the property ${JSON.stringify(property.name)}`,
      };
    }
  },
};

function isUsed(
  { name }: Property,
  names: readonly string[],
  prefixes: readonly string[],
): boolean {
  const related = (other: string) =>
    `${name}.`.startsWith(`${other}.`) || other.startsWith(`${name}.`);
  return (
    names.some(related) ||
    prefixes.some((prefix) => name.startsWith(prefix) || prefix.startsWith(`${name}.`))
  );
}

function isProvided({ name }: Property, { spec }: LintedJob): boolean {
  return spec.provides.some(({ properties }) =>
    properties.some((one) => one.name === name || name.startsWith(`${one.name}.`)),
  );
}
