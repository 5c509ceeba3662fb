/** Turns tokens into nodes, by the grammar that Go's parser has for them. */
import type { AliasNode, MappingNode, ScalarNode, SequenceNode, YamlNode } from "./nodes.ts";
import { YamlError } from "./reader.ts";
import type { Scanner } from "./scanner.ts";
import type { TagToken, Token } from "./tokens.ts";

type Kind = Token["kind"];

/** What may stand before a node; "" where it does not. */
interface Properties {
  readonly anchor: string;
  readonly tag: string;
}

/** A node, or a collection whose nodes are still to be read. */
type Part = YamlNode | Collection;
/** It asks for each of its nodes, so that no depth of them exhausts the stack. */
type Collection = Generator<Part, YamlNode, YamlNode>;

const coreTags = "tag:yaml.org,2002:";
const outside: readonly Kind[] = ["version", "tag-directive", "document-start", "end"];
/** What ends an entry that has no value. */
const behindEntry: readonly Kind[] = ["entry", "block-end"];
const behindCompactEntry: readonly Kind[] = ["entry", "key", "value", "block-end"];
const behindKey: readonly Kind[] = ["key", "value", "block-end"];

export class Parser {
  readonly #scanner: Scanner;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #prefixes = new Map<string, string>();

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  /** The first document; undefined when there is none. Throws a YamlError. */
  document(): YamlNode | undefined {
    if (this.#sees("end")) return undefined;
    const isExplicit = this.#sees(...outside);
    this.#directives();
    if (!isExplicit) return complete(this.#node(true));
    const { end, kind, offset } = this.#scanner.take();
    if (kind !== "document-start") throw new YamlError(offset, "`---` has to follow a directive");
    return this.#sees(...outside, "document-end") ? empty(end) : complete(this.#node(true));
  }

  /** To be called after the first document: where something follows that belongs to none. */
  restAt(): number | undefined {
    const { kind, offset } = this.#scanner.peek();
    return outside.includes(kind) || kind === "document-end" ? undefined : offset;
  }

  #sees(...kinds: readonly Kind[]): boolean {
    return kinds.includes(this.#scanner.peek().kind);
  }

  /** Takes the next token if it is of this kind. */
  #skip(kind: Kind): Token | undefined {
    return this.#sees(kind) ? this.#scanner.take() : undefined;
  }

  #directives(): void {
    let hasVersion = false;
    while (this.#sees("version", "tag-directive")) {
      const token = this.#scanner.take();
      const isTag = token.kind === "tag-directive";
      const isRepeated = isTag ? this.#prefixes.has(token.handle) : hasVersion;
      if (isRepeated) throw new YamlError(token.offset, "this directive was given already");
      if (isTag) this.#prefixes.set(token.handle, token.prefix);
      else hasVersion = true;
    }
    if (!this.#prefixes.has("!")) this.#prefixes.set("!", "!");
    if (!this.#prefixes.has("!!")) this.#prefixes.set("!!", coreTags);
  }

  /** `isCompact`: a list may begin in the column of the key that it is the value of. */
  #node(inBlock: boolean, isCompact = false): Part {
    const first = this.#scanner.peek();
    if (first.kind === "alias") return this.#alias(first.offset, first.text);
    const properties = this.#properties();
    const token = this.#scanner.peek();
    const { kind, offset } = token;
    if (kind === "scalar") {
      this.#scanner.take();
      const { end, text, plain } = token;
      return this.#scalar({ kind, offset, end, text, plain, ...located(properties) }, properties);
    }
    if (kind === "[") return this.#flowSequence(properties);
    if (kind === "{") return this.#flowMapping(properties);
    if (kind === "block-sequence" && inBlock) return this.#blockSequence(properties);
    if (kind === "block-mapping" && inBlock) return this.#blockMapping(properties);
    if (kind === "entry" && isCompact) return this.#compactSequence(properties);
    if (properties.anchor === "" && properties.tag === "") throw misplaced(token);
    return this.#scalar({ ...empty(first.end), ...located(properties) }, properties);
  }

  /** As in Go, the anchor that was last in the text counts, and one may be inside its own value. */
  #alias(offset: number, name: string): AliasNode {
    this.#scanner.take();
    const target = this.#anchors.get(name);
    if (target) return { kind: "alias", offset, anchored: false, name, target };
    throw new YamlError(offset, `*${name} refers to nothing: no &${name} stands before it`);
  }

  /** One anchor, one tag, or both. */
  #properties(): Properties {
    const found = { anchor: "", tag: "" };
    for (let token = this.#scanner.peek(); ; token = this.#scanner.peek()) {
      if (token.kind === "anchor" && found.anchor === "") found.anchor = token.text;
      else if (token.kind === "tag" && found.tag === "") found.tag = this.#tag(token);
      else return found;
      this.#scanner.take();
    }
  }

  #tag({ handle, suffix, offset }: TagToken): string {
    if (handle === "") return suffix;
    const prefix = this.#prefixes.get(handle);
    if (prefix !== undefined) return prefix + suffix;
    throw new YamlError(offset, `no %TAG says what ${handle} stands for`);
  }

  #scalar(scalar: Omit<ScalarNode, "tag">, { anchor, tag }: Properties): ScalarNode {
    return this.#anchor(anchor, { ...scalar, tag: shortTag(tag) });
  }

  #anchor<Node extends YamlNode>(name: string, node: Node): Node {
    if (name !== "") this.#anchors.set(name, node);
    return node;
  }

  /** What the next token opens. */
  #sequence({ anchor }: Properties): SequenceNode {
    const { offset } = this.#scanner.peek();
    const anchored = anchor !== "";
    return this.#anchor(anchor, { kind: "sequence", offset, anchored, items: [] });
  }

  #mapping({ anchor }: Properties): MappingNode {
    const { offset } = this.#scanner.peek();
    const anchored = anchor !== "";
    return this.#anchor(anchor, { kind: "mapping", offset, anchored, entries: [] });
  }

  *#blockSequence(properties: Properties): Collection {
    const sequence = this.#sequence(properties);
    this.#scanner.take();
    for (let dash = this.#skip("entry"); dash; dash = this.#skip("entry")) {
      sequence.items.push(yield this.#orEmpty(dash, behindEntry, false));
    }
    this.#blockEnd();
    return sequence;
  }

  /** One that ends where the mapping around it goes on. */
  *#compactSequence(properties: Properties): Collection {
    const sequence = this.#sequence(properties);
    for (let dash = this.#skip("entry"); dash; dash = this.#skip("entry")) {
      sequence.items.push(yield this.#orEmpty(dash, behindCompactEntry, false));
    }
    return sequence;
  }

  *#blockMapping(properties: Properties): Collection {
    const mapping = this.#mapping(properties);
    this.#scanner.take();
    for (let mark = this.#skip("key"); mark; mark = this.#skip("key")) {
      const key = yield this.#orEmpty(mark, behindKey, true);
      const colon = this.#skip("value");
      const value = colon ? yield this.#orEmpty(colon, behindKey, true) : this.#emptyHere();
      mapping.entries.push({ key, value });
    }
    this.#blockEnd();
    return mapping;
  }

  /** The node behind a mark of a block, which may be left out. */
  #orEmpty({ end }: Token, behind: readonly Kind[], isCompact: boolean): Part {
    return this.#sees(...behind) ? empty(end) : this.#node(true, isCompact);
  }

  #blockEnd(): void {
    const token = this.#scanner.take();
    if (token.kind !== "block-end") throw misplaced(token);
  }

  *#flowSequence(properties: Properties): Collection {
    const sequence = this.#sequence(properties);
    const open = this.#scanner.take();
    for (let isFirst = true; this.#hasItem(open, "]", isFirst); isFirst = false) {
      const { offset } = this.#scanner.peek();
      sequence.items.push(yield this.#skip("key") ? this.#pair(offset) : this.#node(false));
    }
    return sequence;
  }

  /** `[key: value]`, a mapping without brackets of its own. */
  *#pair(offset: number): Collection {
    // Go's parser takes even a `]` for the key that is missing.
    const isEmpty = this.#sees("value", ",", "]");
    const key = isEmpty ? empty(this.#scanner.take().offset) : yield this.#node(false);
    const value = yield this.#flowValue("]");
    return { kind: "mapping", offset, anchored: false, entries: [{ key, value }] };
  }

  *#flowMapping(properties: Properties): Collection {
    const mapping = this.#mapping(properties);
    const open = this.#scanner.take();
    for (let isFirst = true; this.#hasItem(open, "}", isFirst); isFirst = false) {
      const isPair = this.#skip("key") !== undefined;
      const isEmpty = isPair && this.#sees("value", ",", "}");
      const key = isEmpty ? this.#emptyHere() : yield this.#node(false);
      const value = isPair ? yield this.#flowValue("}") : this.#emptyHere();
      mapping.entries.push({ key, value });
    }
    return mapping;
  }

  #flowValue(close: "]" | "}"): Part {
    const isEmpty = !this.#skip("value") || this.#sees(",", close);
    return isEmpty ? this.#emptyHere() : this.#node(false);
  }

  #emptyHere(): ScalarNode {
    return empty(this.#scanner.peek().offset);
  }

  /** Goes on to the next item; false where the bracket closes. */
  #hasItem(open: Token, close: "]" | "}", isFirst: boolean): boolean {
    if (this.#skip(close)) return false;
    if (!isFirst && !this.#skip(",")) throw this.#unclosed(open, close);
    if (this.#sees("end")) throw this.#unclosed(open, close);
    return isFirst || !this.#skip(close);
  }

  #unclosed(open: Token, close: "]" | "}"): YamlError {
    const next = this.#scanner.peek();
    return unclosed(open, close, next, this.#scanner.isOneLine(open.offset, next.offset));
  }
}

/** Reads a part to its end. */
function complete(part: Part): YamlNode {
  const open: Collection[] = [];
  for (let next = part; ; ) {
    let step;
    if ("kind" in next) {
      const innermost = open.at(-1);
      if (!innermost) return next;
      step = innermost.next(next);
    } else {
      open.push(next);
      step = next.next();
    }
    if (step.done) open.pop();
    next = step.value;
  }
}

function empty(offset: number): ScalarNode {
  return { kind: "scalar", offset, end: offset, anchored: false, text: "", plain: true, tag: "" };
}

function located({ anchor }: Properties): { readonly anchored: boolean } {
  return { anchored: anchor !== "" };
}

/** `!` asks not to resolve a plain text; Go's decoder pays no attention to it. */
function shortTag(tag: string): string {
  if (tag === "!") return "";
  return tag.startsWith(coreTags) ? `!!${tag.slice(coreTags.length)}` : tag;
}

/** The next token belongs to something else, or there is just a comma missing before it. */
function unclosed(open: Token, close: string, { kind, offset }: Token, isNear: boolean): YamlError {
  const isMissing = isNear && !["]", "}", "end"].includes(kind);
  return isMissing
    ? new YamlError(offset, `neither , nor ${close} stands before this`)
    : new YamlError(open.offset, `this ${open.kind} has no closing ${close}`);
}

function misplaced({ kind, offset }: Token): YamlError {
  const isClosing = kind === "]" || kind === "}";
  return new YamlError(
    offset,
    isClosing
      ? `this ${kind} closes nothing`
      : kind === "value"
        ? "no key stands before this :"
        : kind === ","
          ? "a text cannot begin with , unless it is in quotes"
          : kind === "entry"
            ? "a list cannot begin here; put a text that begins with `- ` in quotes"
            : kind === "end"
              ? "a value is missing here"
              : "this belongs to nothing above; is its indentation right?",
  );
}
