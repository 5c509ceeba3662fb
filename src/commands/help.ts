/** `bpm help [COMMAND]`: what `--help` prints, for those who ask this way. */
import { defineCommand } from "citty";
import { type Cli, type Command, find, groupOf } from "../cli/definition.ts";
import { commandUsage, describe, rootUsage } from "../cli/usage.ts";
import { quote } from "../report/escape.ts";
import { stderr } from "../report/stderr.ts";
import { print } from "../report/stdout.ts";

/** The help command of a command line, whose other commands it has to know. */
export function helpCommand(cli: Cli): Command {
  return defineCommand({
    meta: { name: "help", description: "explain bpm or one of its commands" },
    args: { about: { type: "positional", valueHint: "bpm-command", required: false } },
    run: ({ args }) => explain(cli, args._),
  });
}

/** `words` name a command, or a group and one of its commands. */
async function explain(cli: Cli, [name, ...rest]: readonly string[]): Promise<void> {
  if (name === undefined) return print((await describe(cli.root)) + (await rootUsage(cli)));
  const command = await find(cli.commands, name);
  if (command === undefined) {
    return stderr.log(`Unknown help topic ${quote(name)}\n${await rootUsage(cli)}`);
  }
  const group = await groupOf(cli, name, command);
  if (group !== undefined) return explain(group, rest);
  return print((await describe(command)) + (await commandUsage(cli, name, command)));
}
