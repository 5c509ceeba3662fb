/** `bpm stop`: returns when nothing of the process is left. */
import { defineCommand } from "citty";
import { processArgs } from "../cli/flags.ts";
import { targetOf } from "../cli/target.ts";

export default defineCommand({
  meta: { name: "stop", description: "stop a process of a job" },
  args: processArgs,
  async run({ args }) {
    const target = targetOf(args);
    const { stopProcess } = await import("../lifecycle/stop.ts");
    stopProcess(target);
  },
});
