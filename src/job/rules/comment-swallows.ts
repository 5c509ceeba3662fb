import { commentIn, tagsOf } from "../erb.ts";
import { placeIn, type Rule } from "./rule.ts";

/** ERB puts what follows the tag into the same line of Ruby, where the comment goes on. */
export const commentSwallows: Rule = {
  name: "comment-swallows",
  severity: "error",
  summary: "a Ruby comment in a tag hides what stands behind the tag in the same line",
  *check(job) {
    for (const template of job.templates) {
      const { bytes } = template;
      for (const { kind, codeStart, codeEnd, end } of tagsOf(bytes)) {
        const at = kind === "comment" ? undefined : commentIn(bytes, codeStart, codeEnd);
        if (at === undefined || restOfLine(bytes, end).trim() === "") continue;
        yield {
          ...placeIn(template, { offset: at, length: codeEnd - at }),
          message: "this comment hides the rest of the line, behind the tag",
          hint: "put the comment into a tag of its own: <%# … %>",
        };
      }
    }
  },
};

function restOfLine(bytes: Uint8Array, from: number): string {
  const end = bytes.indexOf(0x0a, from);
  return new TextDecoder().decode(bytes.subarray(from, end === -1 ? bytes.length : end));
}
