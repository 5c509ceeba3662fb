/** `bpm start`: returns when the process runs. */
import { defineCommand } from "citty";
import { processArgs } from "../cli/flags.ts";
import { targetOf } from "../cli/target.ts";

export default defineCommand({
  meta: { name: "start", description: "start a process of a job" },
  args: processArgs,
  async run({ args }) {
    const target = targetOf(args);
    const { startProcess } = await import("../lifecycle/start.ts");
    startProcess(target);
  },
});
