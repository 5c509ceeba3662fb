/**
 * Reads a command's arguments strictly. citty 0.2.2 lets unknown flags pass and keeps the last of
 * repeated ones, and node:util's parseArgs, which both could build on, costs 4 ms at start.
 *
 * The rules are those that scripts rely on: flags before and after operands, `-an2`, `-p x`, `-px`,
 * `--process x`, `--process=x`, `--all=false`; `--` ends flags; a lone `-` is an operand.
 */
import { UsageError } from "../report/errors.ts";
import { quote } from "../report/escape.ts";
import {
  commonFlags,
  type FlagDef,
  type FlagDefs,
  flagName,
  flagsOf,
  letterOf,
  operandsOf,
} from "./flags.ts";

export interface Arguments {
  /** The last value of each flag, and the operands that have a name. */
  readonly values: Readonly<Record<string, string | boolean>>;
  /** All words that are no flags. */
  readonly operands: string[];
  /** All values of each flag that was given. */
  readonly every: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads `argv` by what the command and all commands take. What was not given is absent (or false,
 * for a flag that takes no value), unless the flag declares a default.
 */
export function readArguments(own: FlagDefs, argv: readonly string[]): Arguments {
  const args = { ...own, ...commonFlags };
  const every = new Map<string, string[]>();
  const operands: string[] = [];
  const rest = [...argv];
  const take = (name: string, flag: FlagDef, value: string) => {
    every.set(name, [...(every.get(name) ?? []), checked(name, flag, value)]);
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") operands.push(...rest.splice(0));
    else if (word.startsWith("--")) readLong(args, word.slice(2), rest, take);
    else if (word.startsWith("-") && word !== "-") readLetters(args, word.slice(1), rest, take);
    else operands.push(word);
  }
  return { values: valuesOf(args, every, operands), operands, every };
}

/**
 * Which word names the command: the first that is neither a flag nor a flag's value, or -1. Which
 * flags take a value only the command could say, so all but the common ones do, unless the value
 * is joined on.
 */
export function commandIndex(argv: readonly string[]): number {
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    if (word === "--") return -1;
    if (!word.startsWith("-")) return index;
    const common = ["-h", "--help", "--version"].includes(word);
    const joined = word.startsWith("--") ? word.includes("=") : word.length > 2;
    if (!common && !joined) index += 1;
  }
  return -1;
}

/** Every value of a flag that may be given several times, in order. */
export function everyValue(args: FlagDefs, argv: readonly string[], name: string) {
  return readArguments(args, argv).every.get(name) ?? [];
}

/** Says that a flag's value will not do; `expected` completes "it must be …". */
function badValue(name: string, flag: FlagDef, value: string, expected: string): UsageError {
  const which = `${quote(value)} for "${flagName(name, flag)}"`;
  return new UsageError(`invalid argument ${which} flag: it must be ${expected}`);
}

type Take = (name: string, flag: FlagDef, value: string) => void;

/** `process=web` or `process`, without the dashes. */
function readLong(args: FlagDefs, word: string, rest: string[], take: Take): void {
  const equals = word.indexOf("=");
  const name = equals === -1 ? word : word.slice(0, equals);
  if (name === "" || name.startsWith("-")) throw new UsageError(`bad flag syntax: --${word}`);
  const flag = flagsOf(args).find(([known]) => known === name)?.[1];
  if (flag === undefined) throw new UsageError(`unknown flag: --${name}`);
  if (equals !== -1) return take(name, flag, word.slice(equals + 1));
  if (flag.type === "boolean") return take(name, flag, "true");
  const value = rest.shift();
  if (value === undefined) throw new UsageError(`flag needs an argument: --${name}`);
  take(name, flag, value);
}

/** `an2`: any number of flags without a value, then perhaps one with it, joined on or following. */
function readLetters(args: FlagDefs, word: string, rest: string[], take: Take): void {
  const letters = [...word];
  for (let letter = letters.shift(); letter !== undefined; letter = letters.shift()) {
    const where = `'${letter}' in -${letter}${letters.join("")}`;
    const [name, flag] = flagsOf(args).find(([, known]) => letterOf(known) === letter) ?? [];
    if (name === undefined || flag === undefined) {
      throw new UsageError(`unknown shorthand flag: ${where}`);
    }
    const joined = letters[0] === "=" ? letters.slice(1).join("") : undefined;
    if (flag.type === "boolean" && joined === undefined) {
      take(name, flag, "true");
      continue;
    }
    const value = joined ?? (letters.length > 0 ? letters.join("") : rest.shift());
    if (value === undefined) throw new UsageError(`flag needs an argument: ${where}`);
    return take(name, flag, value);
  }
}

function checked(name: string, flag: FlagDef, value: string): string {
  if (flag.type === "boolean" && booleanOf(value) === undefined) {
    throw badValue(name, flag, value, "true or false");
  }
  if (flag.valueHint === "int" && wholeNumber(value) === undefined) {
    throw badValue(name, flag, value, "a whole number, zero or more");
  }
  return value;
}

/** As Go reads numbers: `0x5`, `0o5`, `05` and `0b1` as well. */
export function wholeNumber(text: string): number | undefined {
  if (!/^\+?(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/.test(text)) return undefined;
  const value = Number(text.replace(/^\+/, "").replace(/^0(?=\d)/, "0o"));
  return Number.isSafeInteger(value) ? value : undefined;
}

function valuesOf(
  args: FlagDefs,
  every: ReadonlyMap<string, readonly string[]>,
  operands: readonly string[],
): Arguments["values"] {
  const values: Record<string, string | boolean> = {};
  for (const [name, flag] of flagsOf(args)) {
    const value = every.get(name)?.at(-1) ?? flag.default?.toString();
    if (flag.type === "boolean") values[name] = value !== undefined && booleanOf(value) === true;
    else if (value !== undefined) values[name] = value;
  }
  for (const [index, [name]] of operandsOf(args).entries()) {
    const operand = operands[index];
    if (operand !== undefined) values[name] = operand;
  }
  return values;
}

function booleanOf(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (["1", "t", "true"].includes(lower)) return true;
  return ["0", "f", "false"].includes(lower) ? false : undefined;
}
