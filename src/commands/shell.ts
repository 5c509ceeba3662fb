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
    const { enterSandbox, findSandbox } = await import("../lifecycle/enter.ts");
    const sandbox = findSandbox(target);
    const terminal = ownTerminal("Without one, use: bpm exec JOB -- COMMAND");
    enterSandbox(sandbox, { command: ["/bin/bash"], terminal });
  },
});
