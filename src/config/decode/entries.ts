/** The entries of a mapping as they count: merge keys (`<<`) resolved, no key twice. */

import type { Finding } from "../finding.ts";
import type { MappingNode, YamlNode } from "../yaml/nodes.ts";
import { type AliasFollower, DecodingStopped } from "./aliases.ts";
import { joinPath } from "./places.ts";
import { scalarValue } from "./scalars.ts";

export interface Entry {
  readonly name: string;
  readonly key: YamlNode;
  readonly value: YamlNode;
}

export interface EntriesContext {
  readonly aliases: AliasFollower;
  readonly line: (node: YamlNode) => number;
  readonly report: (finding: Finding) => void;
  readonly path: string;
}

/**
 * A mapping's own entries come first; a merged one counts only under a name that is not there yet.
 * Keys are texts whatever they look like. Entries with a null key are dropped, as in Go.
 */
export function entriesOf(mapping: MappingNode, context: EntriesContext): Entry[] {
  const entries = new Map<string, Entry>();
  collect(mapping, entries, context);
  return [...entries.values()];
}

function collect(mapping: MappingNode, entries: Map<string, Entry>, context: EntriesContext): void {
  const own = new Map<string, YamlNode>();
  let merged: YamlNode | undefined;
  for (const { key, value } of mapping.entries) {
    const isMerge = isMergeKey(key);
    const name = isMerge ? "<<" : keyText(key, context);
    const written = name ?? (key.kind === "scalar" ? key.text : "");
    const earlier = own.get(written);
    if (earlier) {
      const line = context.line(earlier);
      const message = `the key \`${written}\` was given already, at line ${line}`;
      context.report({ path: joinPath(context.path, written), offset: key.offset, message });
      continue;
    }
    own.set(written, key);
    if (isMerge) merged = value;
    else if (name !== undefined && !entries.has(name)) entries.set(name, { name, key, value });
  }
  if (merged) for (const source of mergeSources(merged)) merge(source, entries, context);
}

function merge(source: YamlNode, entries: Map<string, Entry>, context: EntriesContext): void {
  context.aliases.count(source);
  if (source.kind === "mapping") return collect(source, entries, context);
  if (source.kind === "alias" && source.target.kind === "mapping") {
    return context.aliases.follow(source, (target) => merge(target, entries, context));
  }
  throw new DecodingStopped(source, "`<<` takes a mapping, or a list of mappings");
}

function mergeSources(merged: YamlNode): readonly YamlNode[] {
  return merged.kind === "sequence" ? merged.items : [merged];
}

function isMergeKey(key: YamlNode): boolean {
  if (key.kind !== "scalar" || key.text !== "<<") return false;
  return key.tag === "" ? key.plain : key.tag === "!!merge";
}

function keyText(key: YamlNode, context: EntriesContext): string | undefined {
  const { aliases } = context;
  aliases.count(key);
  if (key.kind === "alias") return aliases.follow(key, (target) => keyText(target, context));
  if (key.kind !== "scalar") return report(key, "a key must be a text", context);
  const value = scalarValue(key);
  if (value === undefined) return report(key, `this key is no ${key.tag}`, context);
  if (value === null) return undefined;
  return typeof value === "string" ? value : key.text;
}

function report(key: YamlNode, message: string, context: EntriesContext): undefined {
  context.report({ path: context.path, offset: key.offset, message });
  return undefined;
}
