import { placeIn, type Rule } from "./rule.ts";

const hooks = /^bin\/(?:pre-start|post-start|post-deploy|pre-stop|post-stop|drain|run)$/;

export const hook: Rule = {
  name: "hook",
  severity: "error",
  summary: "a hook script that no kernel can execute: without `#!`, or with line ends of Windows",
  *check(job) {
    for (const template of job.templates) {
      if (!hooks.test(template.destination)) continue;
      const [first = ""] = new TextDecoder().decode(template.bytes).split("\n");
      const place = placeIn(template, { offset: 0, length: first.length });
      if (first.endsWith("\r")) {
        const message = "a line of this script ends as in Windows, which no shell expects";
        yield { ...place, message };
      } else if (!first.startsWith("#!") && !first.startsWith("<%")) {
        yield { ...place, message: "the script does not begin with #! and an interpreter" };
      }
    }
  },
};
