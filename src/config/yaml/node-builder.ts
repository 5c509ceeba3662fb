/** Turns what the `yaml` package parsed into nodes, and finds what each alias refers to. */
import { isAlias, isMap, isScalar, isSeq } from "yaml";

import type { Finding } from "../finding.ts";
import { asWritten } from "./lenient-parse.ts";
import type { AliasNode, MappingNode, ScalarNode, SequenceNode, YamlNode } from "./nodes.ts";

export class NodeBuilder {
  /** An alias without anchor. */
  error: Finding | undefined;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** `emptyAt` is where a value would stand that was left out. */
  node(parsed: unknown, emptyAt = 0): YamlNode {
    if (isAlias(parsed)) return this.#alias(parsed.source, parsed.range?.[0] ?? emptyAt);
    if (isScalar(parsed)) return this.#scalar(parsed);
    if (!isMap(parsed) && !isSeq(parsed)) return emptyScalar(emptyAt);
    const offset = parsed.range?.[0] ?? emptyAt;
    const anchored = parsed.anchor !== undefined;
    if (isSeq(parsed)) {
      const sequence: SequenceNode = { kind: "sequence", offset, anchored, items: [] };
      this.#anchor(parsed.anchor, sequence);
      for (const item of parsed.items) sequence.items.push(this.node(item, offset));
      return sequence;
    }
    const mapping: MappingNode = { kind: "mapping", offset, anchored, entries: [] };
    this.#anchor(parsed.anchor, mapping);
    for (const pair of parsed.items) {
      const key = this.node(pair.key, offset);
      const value = this.node(pair.value, key.kind === "scalar" ? key.end : key.offset);
      mapping.entries.push({ key, value });
    }
    return mapping;
  }

  #scalar(parsed: ParsedScalar): ScalarNode {
    const scalar: ScalarNode = {
      kind: "scalar",
      offset: parsed.range?.[0] ?? 0,
      end: parsed.range?.[1] ?? 0,
      anchored: parsed.anchor !== undefined,
      text: asWritten(this.#breaksAsWritten(parsed)),
      plain: parsed.type === "PLAIN" || parsed.type === undefined,
      tag: shortTag(parsed.tag),
    };
    this.#anchor(parsed.anchor, scalar);
    return scalar;
  }

  /** As in Go, a block that the file ends in has no line break where the file has none. */
  #breaksAsWritten({ source = "", type, range }: ParsedScalar): string {
    const isBlock = type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED";
    const isLast = range?.[1] === this.#text.length && !this.#text.endsWith("\n");
    return isBlock && isLast ? source.replace(/\n$/, "") : source;
  }

  /** As in Go, the anchor that was last in the text counts, and one may be inside its own value. */
  #alias(name: string, offset: number): AliasNode {
    const target = this.#anchors.get(name);
    const message = `*${name} refers to nothing: no &${name} stands before it`;
    if (!target) this.error ??= { path: "", offset, message };
    return { kind: "alias", offset, anchored: false, name, target: target ?? emptyScalar(offset) };
  }

  #anchor(name: string | undefined, node: YamlNode): void {
    if (name !== undefined) this.#anchors.set(name, node);
  }
}

/** What is used of the parser's scalars. */
interface ParsedScalar {
  readonly range?: readonly [number, number, number] | null | undefined;
  readonly anchor?: string | undefined;
  readonly source?: string;
  readonly type?: string | undefined;
  readonly tag?: string | undefined;
}

function emptyScalar(offset: number): ScalarNode {
  return { kind: "scalar", offset, end: offset, anchored: false, text: "", plain: true, tag: "" };
}

const coreTags = "tag:yaml.org,2002:";

/** `!` asks not to resolve a plain text; Go's decoder pays no attention to it. */
function shortTag(tag: string | undefined): string {
  if (tag === undefined || tag === "!") return "";
  return tag.startsWith(coreTags) ? `!!${tag.slice(coreTags.length)}` : tag;
}
