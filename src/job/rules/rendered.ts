/** The rules that need a Ruby: what they are about; trial.ts and rendered.ts look for it. */
import type { Rule } from "./rule.ts";

type RenderedRule = Omit<Rule, "check">;

export const unsafeValue: RenderedRule = {
  name: "unsafe-value",
  severity: "warning",
  summary: "a secret with odd characters breaks the YAML or JSON of a file, or arrives as another",
};

export const renderedSyntax: RenderedRule = {
  name: "rendered-syntax",
  severity: "error",
  summary: "what a template renders to is no YAML or JSON, as its name says that it is",
};

export const renderedConfig: RenderedRule = {
  name: "rendered-config",
  severity: "error",
  summary: "what a template renders to is a bpm.yml that `bpm validate` refuses",
};

export const renderedRules: readonly RenderedRule[] = [renderedConfig, renderedSyntax, unsafeValue];
