import { positionOf } from "../spec.ts";
import { inSpec, type Rule } from "./rule.ts";

export const booleanText: Rule = {
  name: "boolean-text",
  severity: "info",
  summary: "a default is the text `true` or `false`, and to Ruby every text is true",
  *check(job) {
    for (const { name, default: value } of job.spec.properties) {
      if (value !== "true" && value !== "false") continue;
      const position = positionOf(job.spec.document, ["properties", name, "default"]);
      yield {
        ...inSpec(job, position),
        message: `the default of ${JSON.stringify(name)} is the text "${value}"`,
        hint: "every text is true to Ruby; without the quotes it is a boolean",
      };
    }
  },
};
