/** `bpm job render`: what a director would write of a job's templates. */
import { defineCommand } from "citty";
import type { FlagDefs } from "../../cli/flags.ts";
import { givenArgs, jobsArgs } from "./given.ts";
import { rubyArgs } from "./ruby.ts";

const renderArgs = {
  directory: { type: "positional", valueHint: "dir" },
  template: { type: "positional", valueHint: "template", required: false },
  job: jobsArgs.job,
  ...givenArgs,
  ...rubyArgs,
  ruby: {
    type: "string",
    valueHint: "file",
    multiple: true,
    description:
      "the Ruby that evaluates templates; of several, each does, and what differs is an error",
  },
  output: {
    type: "string",
    alias: "o",
    valueHint: "dir",
    description: "write the files below this directory",
  },
  diff: {
    type: "string",
    valueHint: "dir",
    description: "print how the files differ from those below this directory, and fail if they do",
  },
  json: { type: "boolean", description: "print a JSON document" },
} as const satisfies FlagDefs;

export default defineCommand({
  meta: { name: "render", description: "render a job's templates as the director does" },
  args: renderArgs,
  async run({ args, rawArgs }) {
    const { render } = await import("./rendering.ts");
    await render(renderArgs, rawArgs, {
      directory: args._[0],
      template: args._[1],
      output: args.output,
      diff: args.diff,
      json: args.json === true,
    });
  },
});
