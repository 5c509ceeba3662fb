/** Usage and help, laid out the way people and scripts know it. */
import type { Cli, Command, Commands } from "./definition.ts";
import { argsOf, find, listedNames, metaOf } from "./definition.ts";
import { commonFlags, type FlagDef, flagName, flagsOf, operandsOf } from "./flags.ts";

/** What help says before the usage: what the command does. */
export async function describe(command: Command): Promise<string> {
  return `${(await metaOf(command)).description ?? ""}\n\n`;
}

/** How to call one command. */
export async function commandUsage(cli: Cli, name: string, command: Command): Promise<string> {
  const args = await argsOf(command);
  const operands = operandsOf(args).map(([, { valueHint = "", required }]) =>
    required === false ? `[${valueHint}] ` : `<${valueHint}> `,
  );
  return [
    section("Usage", `  ${cli.name} ${name} ${operands.join("")}[flags]\n`),
    section("Flags", flagTable([...flagsOf(args), helpFlag(name)])),
    section("Global Flags", flagTable([["version", commonFlags.version]])),
  ].join("\n");
}

/** How to call bpm, or one of its groups of commands, and what the commands are. */
export async function rootUsage({ name, commands }: Cli): Promise<string> {
  return [
    section("Usage", `  ${name} [flags]\n  ${name} [command]\n`),
    section("Available Commands", await commandTable(commands)),
    section("Flags", flagTable([helpFlag(name), ["version", commonFlags.version]])),
    `Use "${name} [command] --help" for more information about a command.\n`,
  ].join("\n");
}

type NamedFlag = readonly [name: string, flag: FlagDef];

function helpFlag(name: string): NamedFlag {
  return ["help", { ...commonFlags.help, description: `help for ${name}` }];
}

function section(title: string, lines: string): string {
  return `${title}:\n${lines}`;
}

async function commandTable(commands: Commands): Promise<string> {
  const rows = listedNames(commands).map(async (name): Promise<Row> => {
    const command = await find(commands, name);
    const { description = "" } = command === undefined ? {} : await metaOf(command);
    return [`  ${name}`, description];
  });
  return columns(await Promise.all(rows), 2);
}

/** Sorted by name; a flag without a letter leaves that place empty. */
function flagTable(flags: readonly NamedFlag[]): string {
  const rows = flags
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]): Row => {
      const value = flag.type === "boolean" ? "" : ` ${flag.valueHint ?? "string"}`;
      const standard = flag.default === undefined ? "" : ` (default ${flag.default})`;
      return [
        `  ${flagName(name, flag).replace(/^--/, "    --")}${value}`,
        `${flag.description ?? ""}${standard}`,
      ];
    });
  return columns(rows, 3);
}

type Row = readonly [left: string, right: string];

function columns(rows: readonly Row[], gap: number): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + gap;
  return rows.map(([left, right]) => `${left.padEnd(width)}${right}\n`).join("");
}
