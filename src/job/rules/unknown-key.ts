import { nearest } from "../../report/nearest.ts";
import { positionOf } from "../spec.ts";
import { inSpec, type Rule } from "./rule.ts";

const known = ["description", "default", "example", "type"];

/** Others than these are allowed and common; only what looks like one of them is a mistake. */
export const unknownKey: Rule = {
  name: "unknown-key",
  severity: "warning",
  summary: "a key of a property is nearly `description`, `default`, `example` or `type`",
  *check(job) {
    for (const { name, definition } of job.spec.properties) {
      for (const key of definition.keys()) {
        if (typeof key !== "string" || known.includes(key)) continue;
        const meant = nearest(key, known);
        if (meant === undefined) continue;
        const position = positionOf(job.spec.document, ["properties", name, key]);
        yield {
          ...inSpec(job, position),
          message: `${JSON.stringify(key)} means nothing to a director`,
          hint: `is ${JSON.stringify(meant)} meant?`,
        };
      }
    }
  },
};
