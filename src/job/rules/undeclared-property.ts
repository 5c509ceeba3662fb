import { undeclaredHint } from "../failure.ts";
import { propertyUses, undeclaredNames } from "./names.ts";
import { listed, placeIn, type Rule } from "./rule.ts";

export const undeclaredProperty: Rule = {
  name: "undeclared-property",
  severity: "error",
  summary: "`p` asks for a property that the spec does not declare, so that it always fails",
  *check(job) {
    for (const { template, use } of propertyUses(job)) {
      if (use.helper !== "p" || use.hasFallback) continue;
      const names = undeclaredNames(job, use);
      if (names.length === 0) continue;
      const place = placeIn(template, use);
      const asked = `Can't find property '[${listed(names)}]'`;
      yield {
        ...place,
        message: `property ${listed(names)} is not declared in the spec, so it never has a value`,
        hint: undeclaredHint(job.spec, names[0] ?? ""),
        director: `Error filling in template '${template.source}' (line ${place.line}: ${asked})`,
      };
    }
  },
};
