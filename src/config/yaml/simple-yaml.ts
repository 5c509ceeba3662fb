/**
 * Reads the YAML that nearly every bpm.yml keeps to: mappings and lists by indentation, texts that
 * end on their line, and brackets around such texts. What is not certainly that is left to the full
 * parser. It would read the same (a test holds that), but takes more time to load and to do so.
 */
import type { MappingEntry, MappingNode, ScalarNode, SequenceNode, YamlNode } from "./nodes.ts";

/** Undefined when the text is anything but that. */
export function readSimpleYaml(text: string): YamlNode | undefined {
  if (/[^\n\x20-\x7e]|^(?:\.\.\.|---.)/m.test(text) || longLine.test(text)) return undefined;
  try {
    return new SimpleReader(text).document();
  } catch (error) {
    if (error === beyond) return undefined;
    throw error;
  }
}

const beyond = Symbol("more than simple YAML");
/** How many lists and mappings may be within each other. */
const depthMax = 100;
/** How many characters a line may have: a key may not have more than 1024. */
const longLine = /.{1024}/;

// All are sticky: they match where the reader is. Plain text may hold a colon that no space follows
// and a # that no space precedes; in brackets, it ends at further characters.
const documentStart = /^---\n/my;
const emptyLine = / *(?:#.*)?\n/y;
const spaces = / */y;
const restOfLine = / *(?:(?<= )#.*)?(?:\n|$)/y;
const dash = /- +(?=\S)|-(?=\n|$)/y;
const colon = /:(?= |\n|$)/y;
const singleQuoted = /'(?:[^'\n]|'')*'/y;
const doubleQuoted = /"[^"\\\n]*"/y;
const plain = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=\S))(?:[^\s:]|:(?=\S)| +(?=[^\s:#]|:\S))*/y;
const plainInBrackets =
  /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=\S))(?:[^\s:,?[\]{}]| +(?=[^\s:#,?[\]{}]))*/y;

class SimpleReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  /** The column of the value at hand; -1 at the end of the text. */
  #indent = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): YamlNode {
    this.#nextLine();
    if (this.#take(documentStart) !== undefined) this.#nextLine();
    const root = this.#block();
    if (this.#indent !== -1) throw beyond;
    return root;
  }

  /** Goes on to the next line that holds something. */
  #nextLine(): void {
    while (this.#take(emptyLine) !== undefined);
    this.#indent = this.#take(spaces)?.length ?? 0;
    if (this.#at === this.#text.length) this.#indent = -1;
  }

  #block(): YamlNode {
    return this.#deeper(() => (this.#peek(dash) ? this.#sequence() : this.#mapping()));
  }

  /** Here each list or mapping within another takes some of the stack. */
  #deeper<Node>(read: () => Node): Node {
    this.#depth += 1;
    if (this.#depth > depthMax) throw beyond;
    const node = read();
    this.#depth -= 1;
    return node;
  }

  #sequence(): SequenceNode {
    const indent = this.#indent;
    const node: SequenceNode = { kind: "sequence", offset: this.#at, anchored: false, items: [] };
    while (this.#indent === indent && this.#peek(dash)) node.items.push(this.#item());
    if (this.#indent > indent) throw beyond;
    return node;
  }

  #item(): YamlNode {
    const indent = this.#indent;
    const marker = this.#take(dash) ?? "";
    if (marker === "-") return this.#below(indent, false);
    this.#indent += marker.length;
    if (this.#peek(dash) || this.#isKey()) return this.#block();
    return this.#lineEnd(this.#value(plain), indent);
  }

  #mapping(): MappingNode {
    const indent = this.#indent;
    const node: MappingNode = { kind: "mapping", offset: this.#at, anchored: false, entries: [] };
    do node.entries.push(this.#entry(indent));
    while (this.#indent === indent && !this.#peek(dash));
    if (this.#indent > indent) throw beyond;
    return node;
  }

  #entry(indent: number): MappingEntry {
    const key = this.#scalar(plain);
    if (this.#take(colon) === undefined) throw beyond;
    if (this.#peek(restOfLine)) return { key, value: this.#below(indent, true) };
    this.#take(spaces);
    return { key, value: this.#lineEnd(this.#value(plain), indent) };
  }

  /** What stands on the lines below. A list in a mapping need not be further right than its key. */
  #below(indent: number, inMapping: boolean): YamlNode {
    const emptyAt = this.#at;
    this.#take(restOfLine);
    this.#nextLine();
    const isList = inMapping && this.#indent === indent && this.#peek(dash);
    return this.#indent > indent || isList ? this.#block() : scalar(emptyAt, emptyAt, "", true);
  }

  /** Nothing else may be on the line, and nothing on the next that could belong to it. */
  #lineEnd(node: YamlNode, indent: number): YamlNode {
    if (this.#take(restOfLine) === undefined) throw beyond;
    this.#nextLine();
    if (this.#indent > indent) throw beyond;
    return node;
  }

  #value(plainText: RegExp): YamlNode {
    switch (this.#text[this.#at]) {
      case "[":
        return this.#deeper(() => this.#flowSequence());
      case "{":
        return this.#deeper(() => this.#flowMapping());
      default:
        return this.#scalar(plainText);
    }
  }

  #flowSequence(): SequenceNode {
    const node: SequenceNode = { kind: "sequence", offset: this.#at, anchored: false, items: [] };
    this.#inBrackets("]", () => node.items.push(this.#value(plainInBrackets)));
    return node;
  }

  #flowMapping(): MappingNode {
    const node: MappingNode = { kind: "mapping", offset: this.#at, anchored: false, entries: [] };
    this.#inBrackets("}", () => {
      const key = this.#scalar(plainInBrackets);
      if (this.#take(/: +/y) === undefined) throw beyond;
      node.entries.push({ key, value: this.#value(plainInBrackets) });
    });
    return node;
  }

  #inBrackets(close: string, item: () => void): void {
    for (let separator = /[[{] */y; ; separator = /, */y) {
      if (this.#take(separator) === undefined) throw beyond;
      if (this.#text[this.#at] === close) break;
      item();
      this.#take(spaces);
      if (this.#text[this.#at] === close) break;
    }
    this.#at += 1;
  }

  #isKey(): boolean {
    const start = this.#at;
    const isKey = this.#quotedOrPlain(plain) !== undefined && this.#peek(colon);
    this.#at = start;
    return isKey;
  }

  #scalar(plainText: RegExp): ScalarNode {
    const start = this.#at;
    const node = this.#quotedOrPlain(plainText);
    if (!node) throw beyond;
    return scalar(start, this.#at, node.text, node.plain);
  }

  #quotedOrPlain(plainText: RegExp): { text: string; plain: boolean } | undefined {
    const single = this.#take(singleQuoted)?.slice(1, -1).replaceAll("''", "'");
    const quoted = single ?? this.#take(doubleQuoted)?.slice(1, -1);
    if (quoted !== undefined) return { text: quoted, plain: false };
    const text = this.#take(plainText);
    return text === undefined ? undefined : { text, plain: true };
  }

  #peek(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  /** What matches here is read. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [matched] = pattern.exec(this.#text) ?? [];
    this.#at += matched?.length ?? 0;
    return matched;
  }
}

function scalar(offset: number, end: number, text: string, plain: boolean): ScalarNode {
  return { kind: "scalar", offset, end, anchored: false, text, plain, tag: "" };
}
