import { placeIn, type Rule } from "./rule.ts";

export const undeclaredLink: Rule = {
  name: "undeclared-link",
  severity: "error",
  summary: "a template asks for a link that the spec does not consume",
  *check(job) {
    const known = new Set(job.spec.consumes.map(({ name }) => name));
    for (const template of job.templates) {
      for (const use of template.usage.uses) {
        if (use.kind !== "link" || use.name === undefined || known.has(use.name)) continue;
        const name = JSON.stringify(use.name);
        const place = placeIn(template, use);
        const asked = `line ${place.line}: Can't find link '${use.name}'`;
        yield {
          ...place,
          message:
            use.helper === "link"
              ? `the spec does not consume the link ${name}`
              : `this block never runs: the spec does not consume the link ${name}`,
          hint: `it would be {name: ${use.name}, type: …} under "consumes" in ${job.spec.file}`,
          ...(use.helper === "link"
            ? { director: `Error filling in template '${template.source}' (${asked})` }
            : {}),
        };
      }
    }
  },
};
