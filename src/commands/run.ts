/** `bpm run`: a process in the foreground, from its start to its end. */
import { defineCommand } from "citty";
import { everyValue } from "../cli/arguments.ts";
import { type FlagDefs, processArgs } from "../cli/flags.ts";
import { targetOf } from "../cli/target.ts";

const runArgs = {
  ...processArgs,
  volume: {
    type: "string",
    alias: "v",
    valueHint: "stringArray",
    multiple: true,
    description: "one more volume, as <path>[:<options>]; may be repeated",
  },
  env: {
    type: "string",
    alias: "e",
    valueHint: "stringArray",
    multiple: true,
    description: "one more environment variable, as KEY=VALUE; may be repeated",
  },
} as const satisfies FlagDefs;

export default defineCommand({
  meta: { name: "run", description: "run a process in the foreground until it ends" },
  args: runArgs,
  async run({ args, rawArgs }) {
    const target = targetOf(args);
    const { runProcess } = await import("../lifecycle/run.ts");
    return runProcess({
      ...target,
      volumes: everyValue(runArgs, rawArgs, "volume"),
      env: everyValue(runArgs, rawArgs, "env"),
    });
  },
});
