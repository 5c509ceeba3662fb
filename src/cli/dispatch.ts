/** From the words of the command line to the command that they name. */
import { BpmError, UsageError } from "../report/errors.ts";
import { quote } from "../report/escape.ts";
import { print } from "../report/stdout.ts";
import { commandIndex, readArguments } from "./arguments.ts";
import { argsOf, type Cli, type Command, find, groupOf, listedNames } from "./definition.ts";
import { printVersion } from "./version.ts";

/** Runs the command that `argv` names and returns its exit status; throws what went wrong. */
export async function dispatch(cli: Cli, argv: readonly string[]): Promise<number> {
  const at = commandIndex(argv);
  const name = argv[at];
  const command = name === undefined ? cli.root : await load(cli, name);
  const words = name === undefined ? [...argv] : argv.toSpliced(at, 1);
  const group = name === undefined ? undefined : await groupOf(cli, name, command);
  if (group !== undefined) return dispatch(group, words);
  try {
    return await invoke(cli, name, command, words);
  } catch (error) {
    if (error instanceof UsageError) {
      const { stderr } = await import("../report/stderr.ts");
      stderr.log(await usage(cli, name, command));
    }
    throw error;
  }
}

async function load(cli: Cli, name: string): Promise<Command> {
  const command = await find(cli.commands, name);
  if (command !== undefined) return command;
  const { suggestions } = await import("./suggest.ts");
  const near = suggestions(name, listedNames(cli.commands));
  const question = near.map((known) => `\t${known}\n`).join("");
  throw new BpmError(
    "unknown-command",
    `unknown command ${quote(name)} for "${cli.name}"` +
      (near.length > 0 ? `\n\nDid you mean this?\n${question}` : ""),
  );
}

async function invoke(
  cli: Cli,
  name: string | undefined,
  command: Command,
  rawArgs: string[],
): Promise<number> {
  const { values, operands } = readArguments(await argsOf(command), rawArgs);
  if (values["help"] === true) {
    const { describe } = await import("./usage.ts");
    await print((await describe(command)) + (await usage(cli, name, command)));
    return 0;
  }
  if (values["version"] === true) {
    await printVersion();
    return 0;
  }
  if (!cli.withoutRoot.has(name ?? "")) requireRoot();
  const args = Object.assign({ _: operands }, values);
  const status: unknown = await command.run?.({ rawArgs, args, cmd: command });
  return typeof status === "number" ? status : 0;
}

async function usage(cli: Cli, name: string | undefined, command: Command): Promise<string> {
  const { commandUsage, rootUsage } = await import("./usage.ts");
  return name === undefined ? rootUsage(cli) : commandUsage(cli, name, command);
}

function requireRoot(): void {
  if (process.geteuid?.() === 0) return;
  throw new BpmError(
    "not-root",
    "bpm must be run as root. Please run 'sudo -i' to become the root user.",
  );
}
