/** `bpm shell`: a shell inside a sandbox, to look around. */
import { defineCommand } from "citty";
import { processArgs } from "./flags.ts";
import { targetOf } from "./target.ts";
import { ownTerminal } from "./terminal.ts";

export default defineCommand({
  meta: { name: "shell", description: "start a shell inside a process's sandbox" },
  args: processArgs,
  async run({ args }) {
    const target = targetOf(args);
    const terminal = ownTerminal("Without one, use: bpm exec JOB -- COMMAND");
    const { enterProcess } = await import("../lifecycle/enter.ts");
    enterProcess({ ...target, command: ["/bin/bash"], terminal });
  },
});
