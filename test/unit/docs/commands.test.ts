/** docs/commands.md has every command with exactly its flags. */
import { describe, expect, test } from "bun:test";
import type { Cli, Command } from "../../../src/cli/definition.ts";
import { argsOf, find, groupOf, listedNames } from "../../../src/cli/definition.ts";
import { commonFlags, type FlagDef, flagName, flagsOf } from "../../../src/cli/flags.ts";
import { commandUsage } from "../../../src/cli/usage.ts";
import { bpm } from "../../../src/commands/index.ts";
import { codeBlocks, page, sections, unwrapped } from "../../support/markdown.ts";

const all = sections(page("docs/commands.md"));
const names = listedNames(bpm.commands);

interface Named {
  readonly cli: Cli;
  readonly name: string;
  readonly command: Command;
}

/** Every command, also those of groups; not the groups themselves, which take nothing. */
async function leaves(cli: Cli): Promise<Named[]> {
  const found = await Promise.all(
    listedNames(cli.commands).map(async (name): Promise<Named[]> => {
      const command = await find(cli.commands, name);
      if (command === undefined) throw new Error(`no command ${name}`);
      const group = await groupOf(cli, name, command);
      return group === undefined ? [{ cli, name, command }] : leaves(group);
    }),
  );
  return found.flat();
}

const commands = await leaves(bpm);

function bodyOf(title: string): string {
  return all.find((section) => section.title === title)?.body ?? "";
}

/** The rows of tables whose first cell is a flag: the flag and its meaning. */
function flagRows(body: string): string[] {
  const rows = [...body.matchAll(/^\| `(-[^`]*)` \| (.*) \|$/gm)];
  return rows.map(([, flag, meaning]) => `${flag}: ${meaning}`);
}

function flagRow([name, flag]: [string, FlagDef]): string {
  const value = flag.type === "boolean" ? "" : ` ${flag.valueHint ?? "string"}`;
  const standard = flag.default === undefined ? "" : ` (default ${flag.default})`;
  return `${flagName(name, flag)}${value}: ${flag.description}${standard}`;
}

test("every command has a section, and there are no others", () => {
  const titles = all.flatMap(({ title }) => /^`(bpm [\w ]+)`$/.exec(title)?.[1] ?? []);
  expect(titles.sort()).toEqual(commands.map(({ cli, name }) => `${cli.name} ${name}`).sort());
});

const rows = commands.map((one) => [`${one.cli.name} ${one.name}`, one] as const);

describe.each(rows)("the section of %s", (title, { cli, name, command }) => {
  const body = bodyOf(`\`${title}\``);

  test("begins with how to call it", async () => {
    const [, line] = /^Usage:\n {2}(.*)$/m.exec(await commandUsage(cli, name, command)) ?? [];
    expect(codeBlocks(body)[0]?.text).toBe(`${line}\n`);
  });

  test("has a row for each of its flags, in the words of its help", async () => {
    const flags = flagsOf(await argsOf(command));
    expect(flagRows(body).sort()).toEqual(flags.map(flagRow).sort());
  });
});

test("what all commands take is at the top", () => {
  const rows = flagRows(bodyOf("What all commands have in common"));
  const shown = rows.map((row) => row.split(":")[0]);
  expect(shown).toEqual(flagsOf(commonFlags).map(([name, flag]) => flagName(name, flag)));
});

test("the commands that need no root are named", () => {
  const text = unwrapped(bodyOf("What all commands have in common"));
  const [, named = ""] = /All commands need root, apart from (.*?);/.exec(text) ?? [];
  const free = names.filter((name) => bpm.withoutRoot.has(name));
  expect([...named.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name).sort()).toEqual(free);
});
