import { inSpec, type Rule } from "./rule.ts";

export const unusedConsumes: Rule = {
  name: "unused-consumes",
  severity: "warning",
  summary: "the spec consumes a link whose name stands in no template",
  *check(job) {
    const texts = job.templates.map(({ bytes }) => new TextDecoder().decode(bytes));
    for (const { name, position } of job.spec.consumes) {
      if (texts.some((text) => text.includes(name))) continue;
      const message = `no template uses the link ${JSON.stringify(name)}`;
      yield { ...inSpec(job, position), message };
    }
  },
};
