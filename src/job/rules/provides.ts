import { isDeclared } from "../failure.ts";
import { inSpec, type Rule } from "./rule.ts";

const ofDirector = (name: string, job: string) =>
  `Link property ${name} in template ${job} is not defined in release spec`;

export const providesParent: Rule = {
  name: "provides-parent",
  severity: "warning",
  summary: "a provided property is only the parent, or a part, of declared ones",
  *check(job) {
    for (const { name, position } of job.spec.provides.flatMap(({ properties }) => properties)) {
      const isExact = job.spec.properties.some((property) => property.name === name);
      if (isExact || !isDeclared(job.spec, name)) continue;
      yield {
        ...inSpec(job, position),
        message:
          `${JSON.stringify(name)} is declared only in parts: unless an operator sets it, ` +
          "the deployment fails",
        hint: "provide the declared properties instead, each by its full name",
        director: ofDirector(name, job.spec.name),
      };
    }
  },
};

export const providesUndeclared: Rule = {
  name: "provides-undeclared",
  severity: "error",
  summary: "a provided property that the spec does not declare",
  *check(job) {
    for (const { name, position } of job.spec.provides.flatMap(({ properties }) => properties)) {
      if (isDeclared(job.spec, name)) continue;
      yield {
        ...inSpec(job, position),
        message: `the spec provides ${JSON.stringify(name)} and does not declare it`,
        director: ofDirector(name, job.spec.name),
      };
    }
  },
};
