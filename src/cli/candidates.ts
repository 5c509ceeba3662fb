/** What can follow on a command line, as the commands declare it and the machine has it. */
import { UsageError } from "../report/errors.ts";
import { commandIndex, readArguments } from "./arguments.ts";
import { argsOf, type Cli, find, groupOf, listedNames, metaOf } from "./definition.ts";
import { commonFlags, type FlagDefs, flagsOf, letterOf, operandsOf } from "./flags.ts";

export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** The names on this machine; where one cannot be had, there are none. */
export interface Names {
  jobs(): readonly string[];
  processes(job: string): Promise<readonly string[]>;
}

/** Stands for the names of files, which the shell completes better. */
const files: Candidate = { word: ":files", description: "" };

/** `words`: what is on the line behind `bpm`; the last one, perhaps empty, is to be completed. */
export async function candidates(
  cli: Cli,
  words: readonly string[],
  names: Names,
): Promise<Candidate[]> {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  // What follows is for another program.
  if (before.includes("--")) return [];
  const at = commandIndex(before);
  const found =
    at < 0
      ? await (current.startsWith("-") ? flags({}) : commands(cli))
      : await behindCommand({ cli, names, current }, before[at] ?? "", before.toSpliced(at, 1));
  return found.filter((one) => one === files || one.word.startsWith(current));
}

interface Request {
  readonly cli: Cli;
  readonly names: Names;
  readonly current: string;
}

async function behindCommand(
  request: Request,
  name: string,
  before: readonly string[],
): Promise<Candidate[]> {
  const { cli, current, names } = request;
  const command = await find(cli.commands, name);
  if (command === undefined) return [];
  const group = await groupOf(cli, name, command);
  if (group !== undefined) return candidates(group, [...before, current], names);
  const own = await argsOf(command);
  const open = flagWithoutValue(own, before.at(-1) ?? "");
  const operands = operandsAmong(own, open === undefined ? before : before.slice(0, -1));
  if (operands === undefined) return [];
  const values = async (flag: string) => (flag === "process" ? processes(operands[0], names) : []);
  if (open !== undefined) return values(open);
  const [prefix, flag] = /^--([^=]+)=/.exec(current) ?? [];
  if (prefix !== undefined && flag !== undefined) {
    const found = await values(flag);
    return found.map(({ word, description }) => ({ word: prefix + word, description }));
  }
  if (current.startsWith("-")) return flags(own);
  return operandsAt(request, own, operands.length);
}

/** The operands among the words; undefined where the command would refuse the words. */
function operandsAmong(own: FlagDefs, words: readonly string[]): readonly string[] | undefined {
  try {
    return readArguments(own, words).operands;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** The flag that the word ends with, where its value comes next: `--process`, `-p`, `-fn`. */
function flagWithoutValue(own: FlagDefs, word: string): string | undefined {
  const taking = flagsOf(own).filter(([, flag]) => flag.type !== "boolean");
  if (word.startsWith("--")) return taking.find(([name]) => word === `--${name}`)?.[0];
  if (!word.startsWith("-")) return undefined;
  // Behind a letter that takes a value, the rest of the word is that value.
  const takes = (letter: string) => taking.some(([, flag]) => letterOf(flag) === letter);
  const rest = word.slice([...word].findIndex(takes));
  return taking.find(([, flag]) => letterOf(flag) === rest)?.[0];
}

async function commands(cli: Cli): Promise<Candidate[]> {
  return Promise.all(
    listedNames(cli.commands).map(async (word) => {
      const command = await find(cli.commands, word);
      const { description = "" } = command === undefined ? {} : await metaOf(command);
      return { word, description };
    }),
  );
}

function flags(own: FlagDefs): Candidate[] {
  return flagsOf({ ...own, ...commonFlags }).map(([name, { description = "explain it" }]) => ({
    word: `--${name}`,
    description,
  }));
}

/** An operand's hint says what it may be: `job-name`, `file|job ...`, `bash|zsh|fish`. */
async function operandsAt(
  { cli, names }: Request,
  own: FlagDefs,
  index: number,
): Promise<Candidate[]> {
  const declared = operandsOf(own);
  const hint = (declared[index] ?? declared.at(-1))?.[1].valueHint ?? "";
  const repeats = hint.endsWith(" ...");
  if (index >= declared.length && !repeats) return [];
  const kinds = hint.replace(/ \.\.\.$/, "").split("|");
  const found = kinds.map(async (kind): Promise<Candidate[]> => {
    if (kind === "job" || kind === "job-name") {
      return names.jobs().map((word) => ({ word, description: "job" }));
    }
    if (kind === "file" || kind === "dir") return [files];
    if (kind === "bpm-command") return commands(cli);
    return kinds.length > 1 ? [{ word: kind, description: `one of ${hint}` }] : [];
  });
  return (await Promise.all(found)).flat();
}

async function processes(job: string | undefined, names: Names): Promise<Candidate[]> {
  if (job === undefined) return [];
  const found = await names.processes(job);
  return found.map((word) => ({ word, description: `process of ${job}` }));
}
