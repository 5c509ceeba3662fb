import { inSpec, type Rule } from "./rule.ts";

export const parentAndChild: Rule = {
  name: "parent-and-child",
  severity: "warning",
  summary: "a property and one below it are both declared, so that their order decides",
  *check(job) {
    for (const { name, position } of job.spec.properties) {
      const child = job.spec.properties.find((other) => other.name.startsWith(`${name}.`));
      if (child === undefined) continue;
      yield {
        ...inSpec(job, position),
        message:
          `${JSON.stringify(name)} and ${JSON.stringify(child.name)} are both declared, and ` +
          "what either gets depends on their order",
      };
    }
  },
};
