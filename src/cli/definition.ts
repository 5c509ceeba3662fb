/** What a command is: a citty definition, whatever it takes, loaded when it is wanted. */
import type { CommandMeta, Resolvable, SubCommandsDef } from "citty";
import type { FlagDefs } from "./flags.ts";

export type Command = Exclude<SubCommandsDef[string], Promise<unknown> | (() => unknown)>;
export type Commands = Readonly<Record<string, () => Promise<Command>>>;

export interface Cli {
  /** What is typed before a command's name: `bpm`, `bpm job`. */
  readonly name: string;
  /** What bpm does when no command is named. */
  readonly root: Command;
  readonly commands: Commands;
  /** The commands that anyone may use; "" stands for none at all. */
  readonly withoutRoot: ReadonlySet<string>;
}

/** Loads a command. Names like "constructor" are no commands either. */
export async function find(commands: Commands, name: string): Promise<Command | undefined> {
  return Object.hasOwn(commands, name) ? commands[name]?.() : undefined;
}

/** A command that stands for a group of others, as a command line of its own. */
export async function groupOf(cli: Cli, name: string, command: Command): Promise<Cli | undefined> {
  const commands = await resolve<Commands | undefined>(command.subCommands as Commands | undefined);
  if (commands === undefined) return undefined;
  const free = cli.withoutRoot.has(name) ? ["", ...Object.keys(commands)] : [];
  return { name: `${cli.name} ${name}`, root: command, commands, withoutRoot: new Set(free) };
}

/** The commands that people are told of; names that begin with _ are for scripts. */
export function listedNames(commands: Commands): string[] {
  return Object.keys(commands)
    .filter((name) => !name.startsWith("_"))
    .sort();
}

export async function metaOf(command: Command): Promise<CommandMeta> {
  return (await resolve(command.meta)) ?? {};
}

/** The flags and operands that a command declares. */
export async function argsOf(command: Command): Promise<FlagDefs> {
  return (await resolve<FlagDefs | undefined>(command.args)) ?? {};
}

/** citty lets every part of a definition be a value, a promise of it, or a function giving one. */
async function resolve<T extends object | undefined>(part: Resolvable<T>): Promise<T> {
  return typeof part === "function" ? part() : part;
}
