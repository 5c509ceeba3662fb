/** `bpm inspect`: what would run, to be looked at before it does. */
import { defineCommand } from "citty";
import { type FlagDefs, processArgs } from "../cli/flags.ts";
import { targetOf } from "../cli/target.ts";
import { UsageError } from "../report/errors.ts";
import { print } from "../report/stdout.ts";

const inspectArgs = {
  ...processArgs,
  json: { type: "boolean", description: "print the launch plan as a JSON document" },
  oci: { type: "boolean", description: "print a config.json for runc and other OCI runtimes" },
} as const satisfies FlagDefs;

export default defineCommand({
  meta: { name: "inspect", description: "show what a process would run as, without running it" },
  args: inspectArgs,
  async run({ args }) {
    const target = targetOf(args);
    if (args.json && args.oci) throw new UsageError("choose one of --json and --oci");
    const { inspectProcess } = await import("../lifecycle/inspect.ts");
    const inspection = inspectProcess(target);
    const formats = await import("./inspect/formats.ts");
    const { inspectionDocument, inspectionText, ociDocument } = formats;
    const format = args.json ? inspectionDocument : args.oci ? ociDocument : inspectionText;
    await print(format(inspection));
  },
});
