/** `bpm job lint`: what is wrong with jobs. It runs nothing of them and needs no Ruby. */
import { defineCommand } from "citty";
import type { FlagDefs } from "../../cli/flags.ts";
import { rules } from "../../job/rules/index.ts";
import { jobsArgs } from "./given.ts";

/** `--no-RULE` for each rule. */
const withoutRule = (name: string) => `no-${name}`;
const ruleArgs: FlagDefs = Object.fromEntries(rules.map(({ name, summary }) => (
  [withoutRule(name), { type: "boolean", description: `leave out: ${summary}` }]
)));

const lintArgs = {
  ...jobsArgs,
  json: { type: "boolean", description: "print a JSON document" },
  rules: { type: "boolean", description: "list the rules" },
  strict: { type: "boolean", description: "fail on warnings, too" },
} as const satisfies FlagDefs;

const allArgs: FlagDefs = { ...lintArgs, ...ruleArgs };

export default defineCommand({
  meta: { name: "lint", description: "check jobs without running anything of them" },
  args: allArgs,
  async run({ args, rawArgs }) {
    const { everyValue } = await import("../../cli/arguments.ts");
    const off = rules.map(({ name }) => name).filter((name) => args[withoutRule(name)] === true);
    const { lint, listRules } = await import("./linting.ts");
    if (args["rules"] === true) return listRules();
    await lint(args._, {
      jobs: everyValue(allArgs, rawArgs, "job"),
      without: off,
      json: args["json"] === true,
      strict: args["strict"] === true,
    });
  },
});
