/** `bpm help [COMMAND]`: what `--help` prints, for those who ask this way. */
import { defineCommand } from "citty";
import { quote } from "../report/escape.ts";
import { stderr } from "../report/stderr.ts";
import { print } from "../report/stdout.ts";
import { type Cli, type Command, find } from "../cli/definition.ts";
import { commandUsage, describe, rootUsage } from "../cli/usage.ts";

/** The help command of a command line, whose other commands it has to know. */
export function helpCommand({ root, commands }: Cli): Command {
  return defineCommand({
    meta: { name: "help", description: "explain bpm or one of its commands" },
    args: { about: { type: "positional", valueHint: "bpm-command", required: false } },
    async run({ args }) {
      const [name] = args._;
      if (name === undefined) {
        return print(await describe(root) + await rootUsage(commands));
      }
      const command = await find(commands, name);
      if (command === undefined) {
        return stderr.log(`Unknown help topic ${quote(name)}\n${await rootUsage(commands)}`);
      }
      return print(await describe(command) + await commandUsage(name, command));
    },
  });
}
