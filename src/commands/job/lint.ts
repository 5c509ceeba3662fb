/** `bpm job lint`: what is wrong with jobs. Unless told to render them, it runs nothing of them. */
import { defineCommand } from "citty";
import type { FlagDefs } from "../../cli/flags.ts";
import { rules } from "../../job/rules/index.ts";
import { renderedRules } from "../../job/rules/rendered.ts";
import { givenArgs, jobsArgs } from "./given.ts";
import { rubyArgs } from "./ruby.ts";

const allRules = [...rules, ...renderedRules];

/** `--no-RULE` for each rule. */
const withoutRule = (name: string) => `no-${name}`;
const ruleArgs: FlagDefs = Object.fromEntries(
  allRules.map(({ name, summary }) => [
    withoutRule(name),
    { type: "boolean", description: `leave out: ${summary}` },
  ]),
);

const lintArgs = {
  ...jobsArgs,
  ...givenArgs,
  ...rubyArgs,
  render: { type: "boolean", description: "render the jobs, too, and check what comes of them" },
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
    const off = allRules.map(({ name }) => name).filter((name) => args[withoutRule(name)] === true);
    const { lint, listRules } = await import("./linting.ts");
    if (args["rules"] === true) return listRules(allRules);
    const { readGiven } = await import("./given.ts");
    const { readSeconds } = await import("./ruby.ts");
    const ruby = String(args["ruby"] ?? "ruby");
    const seconds = readSeconds(String(args["timeout"]));
    await lint(args._, {
      jobs: everyValue(allArgs, rawArgs, "job"),
      without: off,
      render:
        args["render"] !== true ? undefined : { given: readGiven(allArgs, rawArgs), ruby, seconds },
      json: args["json"] === true,
      strict: args["strict"] === true,
    });
  },
});
