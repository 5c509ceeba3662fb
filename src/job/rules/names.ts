/** Which names fit which declarations. */
import { isDeclared } from "../failure.ts";
import type { PropertyUse } from "../usage.ts";
import type { LintedJob, LintedTemplate } from "./rule.ts";

export interface PropertyUseIn {
  readonly template: LintedTemplate;
  readonly use: PropertyUse;
}

export function propertyUses({ templates }: LintedJob): PropertyUseIn[] {
  return templates.flatMap((template) =>
    template.usage.uses.flatMap((use) => (use.kind === "property" ? [{ template, use }] : [])),
  );
}

/** The names of a use that no declaration fits, if none of its names does fit one. */
export function undeclaredNames({ spec }: LintedJob, use: PropertyUse): readonly string[] {
  const isCertain = use.prefixes.length === 0 && use.names.length > 0;
  return isCertain && !use.names.some((name) => isDeclared(spec, name)) ? use.names : [];
}
