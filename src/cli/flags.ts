/**
 * Flags and operands, declared in citty's form. citty gives a flag one value; a flag that says
 * `multiple` may be given several times, and `everyValue` of arguments.ts reads them all.
 */
import type { ArgDef } from "citty";

export type FlagDef = ArgDef & { readonly multiple?: boolean };
export type FlagDefs = Readonly<Record<string, FlagDef>>;

/** What every command takes. */
export const commonFlags = {
  help: { type: "boolean", alias: "h" },
  version: { type: "boolean", description: "print the version of bpm" },
} as const satisfies FlagDefs;

/** What every command about one process takes. */
export const processArgs = {
  job: { type: "positional", valueHint: "job-name" },
  process: {
    type: "string",
    alias: "p",
    valueHint: "string",
    description: "name of the process, where it is not the job's",
  },
} as const satisfies FlagDefs;

/** Only the flags, or only the operands, of what a command takes. */
export function flagsOf(args: FlagDefs): [name: string, flag: FlagDef][] {
  return Object.entries(args).filter(([, definition]) => definition.type !== "positional");
}

export function operandsOf(args: FlagDefs): [name: string, operand: FlagDef][] {
  return Object.entries(args).filter(([, definition]) => definition.type === "positional");
}

/** A flag's one-letter name. */
export function letterOf(flag: FlagDef): string | undefined {
  const alias = "alias" in flag ? flag.alias : undefined;
  return typeof alias === "string" ? alias : alias?.find((name) => name.length === 1);
}

/** `-p, --process`, as usage and messages name a flag. */
export function flagName(name: string, flag: FlagDef): string {
  const letter = letterOf(flag);
  return letter === undefined ? `--${name}` : `-${letter}, --${name}`;
}
