/** `bpm exec`: one command inside a sandbox, for people and for scripts. */
import { defineCommand } from "citty";
import { type FlagDefs, processArgs } from "../cli/flags.ts";
import { targetOf } from "../cli/target.ts";
import { ownTerminal } from "../cli/terminal.ts";
import { UsageError } from "../report/errors.ts";

const execArgs = {
  ...processArgs,
  command: { type: "positional", valueHint: "command ..." },
  tty: { type: "boolean", alias: "t", description: "give the command a terminal of its own" },
} as const satisfies FlagDefs;

export default defineCommand({
  meta: { name: "exec", description: "run a command inside a process's sandbox" },
  args: execArgs,
  async run({ args }) {
    const target = targetOf(args);
    const [, ...command] = args._;
    if (command.length === 0) throw new UsageError("must specify a command, behind --");
    const { enterSandbox, findSandbox } = await import("../lifecycle/enter.ts");
    const sandbox = findSandbox(target);
    const terminal = args.tty ? ownTerminal("Leave out -t.") : undefined;
    enterSandbox(sandbox, { command, terminal });
  },
});
