/**
 * `bpm validate`: what is wrong with bpm.yml files, before they reach a machine. It needs no root
 * and nothing of a host, so that a release's own tests can call it.
 */
import { defineCommand } from "citty";
import type { FlagDefs } from "../cli/flags.ts";

const validateArgs = {
  what: { type: "positional", valueHint: "file|job ..." },
  json: { type: "boolean", description: "print a JSON document" },
  strict: { type: "boolean", description: "fail on warnings, too" },
} as const satisfies FlagDefs;

export default defineCommand({
  meta: { name: "validate", description: "check bpm.yml files, or those of all jobs" },
  args: validateArgs,
  async run({ args }) {
    const { validateAll } = await import("./validate/validation.ts");
    await validateAll(args._, { json: args.json === true, strict: args.strict === true });
  },
});
