/** The flags by which properties, links and the like are given, shared by what renders. */
import { everyValue } from "../../cli/arguments.ts";
import type { FlagDefs } from "../../cli/flags.ts";
import { mergeHashes, nested, readAssignment, readHashFile } from "../../job/given.ts";
import type { Given } from "../../job/prepare.ts";
import { type Hash, isHash } from "../../job/value.ts";
import { interpolate } from "../../job/variables.ts";

export const jobsArgs = {
  directories: { type: "positional", valueHint: "dir ..." },
  job: {
    type: "string",
    alias: "j",
    valueHint: "name",
    multiple: true,
    description: "only this job of a release",
  },
} as const satisfies FlagDefs;

export const givenArgs = {
  properties: {
    type: "string",
    alias: "p",
    valueHint: "file",
    multiple: true,
    description: "YAML file of properties; later files are merged into earlier ones",
  },
  set: {
    type: "string",
    alias: "s",
    valueHint: "name=yaml",
    multiple: true,
    description: "one property",
  },
  links: {
    type: "string",
    valueHint: "file",
    multiple: true,
    description: "YAML file of links: {name: {instances: [{address: …}], properties: {…}}}",
  },
  instance: {
    type: "string",
    alias: "i",
    valueHint: "key=value",
    multiple: true,
    description: "a field of spec, as in index=1 or az=z2",
  },
  var: {
    type: "string",
    alias: "v",
    valueHint: "name=value",
    multiple: true,
    description: "value of ((name)) in the files given",
  },
  "vars-file": {
    type: "string",
    alias: "l",
    valueHint: "file",
    multiple: true,
    description: "YAML file of values of ((name))",
  },
} as const satisfies FlagDefs;

/** Reads what the flags of a command line name. */
export function readGiven(args: FlagDefs, argv: readonly string[]): Given {
  const every = (name: string) => everyValue(args, argv, name);
  const assigned = (name: string, flag: string) =>
    every(name).map((text) => readAssignment(text, flag));
  const variables = mergeHashes([
    ...every("vars-file").map(readHashFile),
    new Map(assigned("var", "-v")),
  ]);
  const filled = (hash: Hash): Hash => {
    const value = interpolate(hash, variables);
    return isHash(value) ? value : hash;
  };
  return {
    properties: filled(
      mergeHashes([
        ...every("properties").map(readHashFile),
        ...assigned("set", "-s").map(([name, value]) => nested(name, value)),
      ]),
    ),
    links: filled(mergeHashes(every("links").map(readHashFile))),
    instance: assigned("instance", "-i"),
  };
}
