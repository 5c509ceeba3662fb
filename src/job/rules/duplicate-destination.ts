import { inSpec, type Rule } from "./rule.ts";

export const duplicateDestination: Rule = {
  name: "duplicate-destination",
  severity: "error",
  summary: "two templates have the same destination, so that one of them is lost",
  *check(job) {
    const sources = new Map<string, string>();
    for (const { source, destination, position } of job.spec.templates) {
      const other = sources.get(destination);
      if (other !== undefined) {
        const message = `${JSON.stringify(destination)} is the destination of ${other}, too`;
        yield { ...inSpec(job, position), message };
      }
      sources.set(destination, source);
    }
  },
};
