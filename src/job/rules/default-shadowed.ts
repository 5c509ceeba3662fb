import { propertyUses } from "./names.ts";
import { placeIn, type Rule } from "./rule.ts";

export const defaultShadowed: Rule = {
  name: "default-shadowed",
  severity: "warning",
  summary: "the second argument of `p` is never used, because the spec has a default",
  *check(job) {
    for (const { template, use } of propertyUses(job)) {
      if (!use.hasFallback) continue;
      const property = job.spec.properties.find(
        (one) => one.default !== null && use.names.includes(one.name),
      );
      if (property === undefined) continue;
      const { file } = job.spec;
      const name = JSON.stringify(property.name);
      yield {
        ...placeIn(template, use),
        message: `the second argument is never used: ${name} has a default`,
        hint: `the default is in ${file}:${property.position.line}`,
      };
    }
  },
};
