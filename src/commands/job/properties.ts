/** `bpm job properties`: what can be given to a job, and what has to be. */
import { defineCommand } from "citty";
import { everyValue } from "../../cli/arguments.ts";
import type { FlagDefs } from "../../cli/flags.ts";
import { jobsArgs } from "./given.ts";

const propertiesArgs = {
  ...jobsArgs,
  json: { type: "boolean", description: "print a JSON document" },
  skeleton: { type: "boolean", description: "print a YAML file to fill in" },
} as const satisfies FlagDefs;

export default defineCommand({
  meta: { name: "properties", description: "list a job's properties, and where each is used" },
  args: propertiesArgs,
  async run({ args, rawArgs }) {
    const { listProperties } = await import("./property-list.ts");
    await listProperties(args._, everyValue(propertiesArgs, rawArgs, "job"), {
      json: args.json === true,
      skeleton: args.skeleton === true,
    });
  },
});
