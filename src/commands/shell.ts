/** `bpm shell`: a shell inside a sandbox, to look around. */
import { defineCommand } from "citty";
import { processArgs } from "../cli/flags.ts";
import { targetOf } from "../cli/target.ts";
import { ownTerminal } from "../cli/terminal.ts";

export default defineCommand({
  meta: { name: "shell", description: "start a shell inside a process's sandbox" },
  args: processArgs,
  async run({ args }) {
    const target = targetOf(args);
    const { enterSandbox, findSandbox } = await import("../lifecycle/enter.ts");
    const sandbox = findSandbox(target);
    const terminal = ownTerminal("Without one, use: bpm exec JOB -- COMMAND");
    enterSandbox(sandbox, { command: ["/bin/bash"], terminal });
  },
});
