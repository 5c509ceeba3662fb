import { isDeclared, undeclaredHint } from "../failure.ts";
import { propertyUses } from "./names.ts";
import { placeIn, type Rule } from "./rule.ts";

export const undeclaredIf: Rule = {
  name: "undeclared-if",
  severity: "error",
  summary: "`if_p` asks for a property that the spec does not declare: its block never runs",
  *check(job) {
    for (const { template, use } of propertyUses(job)) {
      if (use.helper !== "if_p") continue;
      const name = use.names.find((one) => !isDeclared(job.spec, one));
      if (name === undefined) continue;
      yield {
        ...placeIn(template, use),
        message: `this block never runs: ${JSON.stringify(name)} is not declared in the spec`,
        hint: undeclaredHint(job.spec, name),
      };
    }
  },
};
