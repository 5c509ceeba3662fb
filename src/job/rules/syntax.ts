import { placeIn, type Rule } from "./rule.ts";

export const syntax: Rule = {
  name: "syntax",
  severity: "error",
  summary: "the Ruby of a template cannot be parsed",
  *check(job) {
    for (const template of job.templates) {
      const { problems } = template.usage;
      // That the text ends too early says less than what it should have had.
      const first = problems.find(({ message }) => message.startsWith("expected")) ?? problems[0];
      if (first === undefined) continue;
      const more = problems.length - 1;
      yield {
        ...placeIn(template, first),
        message: `${first.message}${more === 0 ? "" : ` (and ${more} more)`}`,
        director: `Error filling in template '${template.source}' (line (unknown): …)`,
      };
    }
  },
};
