/** `bpm version`. */
import { defineCommand } from "citty";
import { printVersion } from "../cli/version.ts";
import { UsageError } from "../report/errors.ts";

export default defineCommand({
  meta: { name: "version", description: "print the version of bpm" },
  async run({ args }) {
    if (args._.length > 0) throw new UsageError("version takes no arguments");
    await printVersion();
  },
});
