import { undeclaredHint } from "../failure.ts";
import { propertyUses, undeclaredNames } from "./names.ts";
import { listed, placeIn, type Rule } from "./rule.ts";

export const undeclaredWithDefault: Rule = {
  name: "undeclared-with-default",
  severity: "error",
  summary: "`p` has a second argument for a property that nobody can set",
  *check(job) {
    for (const { template, use } of propertyUses(job)) {
      if (!use.hasFallback) continue;
      const names = undeclaredNames(job, use);
      if (names.length === 0) continue;
      yield {
        ...placeIn(template, use),
        message:
          `nobody can set ${listed(names)}, which the spec does not declare: ` +
          "the value is always the second argument",
        hint: undeclaredHint(job.spec, names[0] ?? ""),
      };
    }
  },
};
