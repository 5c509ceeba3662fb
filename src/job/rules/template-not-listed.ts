import { join } from "node:path";
import type { Rule } from "./rule.ts";

/** Names that are not for a machine: of the repository, or of what generates templates. */
const apart = /(?:^|\/)\.|\.tmpl$|~$/;

export const templateNotListed: Rule = {
  name: "template-not-listed",
  severity: "warning",
  summary: "a file among the templates that the spec does not name, so that nobody gets it",
  *check({ directory, spec, files }) {
    const known = new Set(spec.templates.map(({ source }) => source));
    for (const file of files) {
      if (known.has(file) || apart.test(file)) continue;
      yield {
        file: join(directory.path, "templates", file),
        line: 1,
        column: 1,
        message: "the spec does not name this template, so that it is on no machine",
        hint: `it would be a line "${file}: DESTINATION" under "templates" in ${spec.file}`,
      };
    }
  },
};
