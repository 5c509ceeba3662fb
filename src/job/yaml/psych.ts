/**
 * YAML as Psych reads it with `YAML.load(text, aliases: true)`, which is how the director reads
 * specs and manifests. The text is parsed as for bpm.yml: both parsers descend from libyaml.
 */

import type { Position } from "../../config/types.ts";
import { readDocument } from "../../config/yaml/document.ts";
import type { MappingNode, ScalarNode, YamlNode } from "../../config/yaml/nodes.ts";
import { decodeText, type Source } from "../../config/yaml/source.ts";
import { BpmError } from "../../report/errors.ts";
import { type Hash, isHash, RubySymbol, type Value } from "../value.ts";
import { DisallowedClass, plainScalar } from "./scalar.ts";

export interface PsychDocument {
  readonly value: Value;
  readonly root: YamlNode | undefined;
  readonly source: Source;
}

/** What is wrong with a YAML text, and where. */
export class PsychError extends BpmError {
  readonly position: Position;
  /** The same without the file and the place. */
  readonly reason: string;

  constructor(file: string, position: Position, reason: string) {
    super("invalid-yaml", `${file}:${position.line}:${position.column}: ${reason}`);
    this.position = position;
    this.reason = reason;
  }
}

/** Reads the first document of a text. Throws a PsychError that names `file` and the place. */
export function readPsych(text: string | Uint8Array, file: string): PsychDocument {
  const decoded = typeof text === "string" ? text : decodeText(text);
  if (decoded === undefined) {
    throw new PsychError(file, { line: 1, column: 1 }, "the file is no UTF-8 text");
  }
  const { source, root, errors } = readDocument(decoded);
  const fail = (offset: number, reason: string): never => {
    throw new PsychError(file, source.position(offset), reason);
  };
  const [error] = errors;
  if (error !== undefined) fail(error.offset, error.message);
  return { value: root === undefined ? null : new Reader(fail).value(root), root, source };
}

type Fail = (offset: number, reason: string) => never;

class Reader {
  readonly #fail: Fail;
  /** What was read already: an alias is the same object, not a copy. */
  readonly #read = new Map<YamlNode, Value>();

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  value(node: YamlNode): Value {
    if (node.kind === "scalar") return this.#scalar(node);
    if (node.kind === "alias") return this.#alias(node.target, node.offset);
    const value: Value = node.kind === "sequence" ? [] : new Map();
    this.#read.set(node, value);
    if (node.kind === "mapping") this.#fill(value as Hash, node);
    else (value as Value[]).push(...node.items.map((item) => this.value(item)));
    return value;
  }

  #alias(target: YamlNode, offset: number): Value {
    if (target.kind === "scalar") return this.#scalar(target);
    return this.#read.get(target) ?? this.#fail(offset, "an alias refers to nothing before it");
  }

  /** The last of several equal keys counts, in the place of the first. */
  #fill(hash: Hash, { entries }: MappingNode): void {
    for (const { key: keyNode, value: valueNode } of entries) {
      const key = this.value(keyNode);
      const value = this.value(valueNode);
      const merges =
        key === "<<" &&
        keyNode.kind === "scalar" &&
        keyNode.tag !== "!!str" &&
        valueNode.kind !== "scalar";
      if (!merges || !this.#merge(hash, value)) hash.set(key, value);
    }
  }

  /** Ruby merges in place: what stood before `<<` is replaced, too. */
  #merge(hash: Hash, value: Value): boolean {
    const sources = Array.isArray(value) ? value.toReversed() : [value];
    if (!sources.every(isHash)) return false;
    for (const source of sources) for (const [key, one] of source) hash.set(key, one);
    return true;
  }

  #scalar(node: ScalarNode): Value {
    const { tag, text } = node;
    if (tag === "") return node.plain ? this.#permitted(node) : text;
    if (/^!(?:!?str|ruby\/string)$/.test(tag)) return text;
    if (/^!ruby\/sym/.test(tag)) return RubySymbol.of(text);
    if (/^!!?binary$/.test(tag)) return Buffer.from(text, "base64").toString("utf8");
    if (tag.startsWith("!ruby/")) return this.#fail(node.offset, disallowed(tag));
    const value = this.#permitted(node);
    return /^!!?float$/.test(tag) && typeof value === "bigint" ? Number(value) : value;
  }

  #permitted(node: ScalarNode): Value {
    const value = plainScalar(node.text);
    if (!(value instanceof DisallowedClass)) return value;
    return this.#fail(node.offset, `${disallowed(value.className)}; quote it to make it a text`);
  }
}

function disallowed(className: string): string {
  return `the director refuses to load this: Tried to load unspecified class: ${className}`;
}
