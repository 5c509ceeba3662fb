/**
 * Turns characters into tokens, as Go's parser does: what is YAML and what is not, that parser has
 * decided, and rendered templates rely on it.
 */
import { type Reader, YamlError } from "./reader.ts";
import { scanDirective, scanName, scanTag } from "./scan-property.ts";
import { scanBlock, scanPlain, scanQuoted, tabAtLineStart } from "./scan-text.ts";
import type { Mark, Token } from "./tokens.ts";

/** What may turn out to be a key, once a `:` follows it. */
interface PossibleKey {
  /** The number of its first token. */
  readonly number: number;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  /** At this place there can be nothing but a key. */
  readonly required: boolean;
}

interface Level {
  key: PossibleKey | undefined;
  /** That of the last possible key, or else of the bracket. */
  number: number;
}

/** How many characters a key may have, its quotes included. */
const keyLengthMax = 1024;
const keyTooLong = `a key has more than ${keyLengthMax} characters`;
const secondColon = "a value holds another `: `; put it in quotes";
/** How many lists and mappings may be within each other. */
const depthMax = 10_000;
/** How many tokens are read ahead: what is wrong so close behind the end still counts. */
const lookAhead = 3;
/** How many blanks may be between a token or comment and the comment behind it. */
const blanksBeforeComment = /[ \t]{0,511}(?=#)/y;
const linesBeforeComment = /[ \t\n\u2028\u2029]{1,511}(?=#)/y;

const plainStart = /[^ \t\n\u2028\u2029\-?:,[\]{}#&*!|>'"%@`]/y;

export class Scanner {
  readonly #reader: Reader;
  readonly #queue: Token[] = [];
  /** How many tokens have left the queue. */
  #taken = 0;
  #flowLevel = 0;
  /** The column of the innermost block; -1 outside of all. */
  #indent = -1;
  readonly #indents: number[] = [];
  /** One for each open bracket, and one for the blocks. */
  readonly #levels: Level[] = [{ key: undefined, number: 0 }];
  readonly #keysByNumber = new Map<number, PossibleKey>();
  #keyAllowed = true;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** The next token, which stays the next. */
  peek(): Token {
    while (this.#needsMore()) this.#fetch();
    return this.#queue[0] ?? this.#mark("end", 0);
  }

  take(): Token {
    const token = this.peek();
    this.#queue.shift();
    this.#taken += 1;
    return token;
  }

  /** Whether no line ends between these places. */
  isOneLine(from: number, to: number): boolean {
    return !/[\n\u2028\u2029]/.test(this.#reader.text.slice(from, to));
  }

  /** A token that may begin a key has to wait until that is known. */
  #needsMore(): boolean {
    if (this.#queue.length < lookAhead) return true;
    const key = this.#keysByNumber.get(this.#taken);
    return key !== undefined && this.#isFresh(key);
  }

  #fetch(): void {
    this.#skipToToken();
    const reader = this.#reader;
    this.#closeBlocks(reader.column);
    if (reader.atEnd) return this.#end();
    if (reader.seesDocumentMark()) {
      const kind = reader.next === "-" ? "document-start" : "document-end";
      return this.#outside(() => this.#mark(kind, 3));
    }
    if (reader.column === 0 && reader.next === "%") {
      return this.#outside(() => scanDirective(reader));
    }
    this.#content();
    const last = this.#queue.at(-1);
    // Behind a dash, a comment belongs to what comes next.
    if (!last || last.kind === "entry" || last.end <= reader.lineStart) return;
    reader.take(blanksBeforeComment);
    this.#skipComment();
  }

  /** Blanks, comments and ends of lines. A line of a block begins with spaces only. */
  #skipToToken(): void {
    const reader = this.#reader;
    for (;;) {
      reader.take(this.#flowLevel > 0 || !this.#keyAllowed ? /[ \t]*/y : / */y);
      if (reader.next === "#") this.#skipComments();
      if (reader.takeBreak() === "") return;
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  /** Comments that follow each other; between them, lines may even begin with tabs. */
  #skipComments(): void {
    const reader = this.#reader;
    this.#skipComment();
    while (reader.sees(linesBeforeComment)) {
      while (reader.next !== "#") if (reader.takeBreak() === "") reader.at += 1;
      this.#skipComment();
    }
  }

  #skipComment(): void {
    this.#reader.take(/#[^\n\u2028\u2029]*/y);
  }

  #content(): void {
    const reader = this.#reader;
    const isBlock = this.#flowLevel === 0;
    const character = reader.next;
    switch (character) {
      case "[":
      case "{":
        return this.#openBracket(character);
      case "]":
      case "}":
        return this.#closeBracket(character);
      case ",":
        return this.#comma();
      case "*":
      case "&":
        return this.#node(() => scanName(reader, character === "*" ? "alias" : "anchor"));
      case "!":
        return this.#node(() => scanTag(reader));
      case "'":
      case '"':
        return this.#node(() => scanQuoted(reader, character));
      case "-":
        if (reader.isBlank(1)) return this.#entry();
        break;
      case "?":
        if (!isBlock || reader.isBlank(1)) return this.#key();
        break;
      case ":":
        if (!isBlock || reader.isBlank(1)) return this.#value();
        break;
      case "|":
      case ">":
        if (isBlock) return this.#block();
    }
    this.#plain(isBlock);
  }

  #plain(isBlock: boolean): void {
    const reader = this.#reader;
    const isMark = reader.next === "-" || (isBlock && "?:".includes(reader.next));
    if (!isMark && !reader.sees(plainStart)) throw this.#badStart();
    this.#node(() => scanPlain(reader, this.#indent, !isBlock));
    // It has read on until a line of something else.
    if ((this.#queue.at(-1)?.end ?? 0) < reader.lineStart) this.#keyAllowed = true;
  }

  #badStart(): YamlError {
    const reader = this.#reader;
    if (reader.next !== "\t") {
      const message = `a text cannot begin with ${reader.next} unless it is in quotes`;
      return new YamlError(reader.at, message);
    }
    const isIndent = /^[ \t]*$/.test(reader.text.slice(reader.lineStart, reader.at));
    if (isIndent) return tabAtLineStart(reader);
    return new YamlError(reader.at, "a tab stands here, where YAML allows only spaces");
  }

  #openBracket(kind: "[" | "{"): void {
    this.#saveKey();
    this.#levels.push({ key: undefined, number: this.#taken + this.#queue.length });
    this.#flowLevel += 1;
    this.#requireDepth(this.#flowLevel);
    this.#keyAllowed = true;
    this.#queue.push(this.#mark(kind, 1));
  }

  #closeBracket(kind: "]" | "}"): void {
    this.#dropKey();
    if (this.#flowLevel > 0) {
      this.#flowLevel -= 1;
      // Go's parser does not wait for what follows brackets with nothing in them.
      this.#keysByNumber.delete(this.#levels.pop()?.number ?? 0);
    }
    this.#keyAllowed = false;
    this.#queue.push(this.#mark(kind, 1));
  }

  #comma(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    this.#queue.push(this.#mark(",", 1));
  }

  #entry(): void {
    this.#openBlock("block-sequence", "a list cannot begin here; it belongs on a line of its own");
    this.#dropKey();
    this.#keyAllowed = true;
    this.#queue.push(this.#mark("entry", 1));
  }

  #key(): void {
    this.#openBlock("block-mapping", "a mapping cannot begin here");
    this.#dropKey();
    this.#keyAllowed = this.#flowLevel === 0;
    this.#queue.push(this.#mark("key", 1));
  }

  #value(): void {
    const { key } = this.#level;
    if (key && this.#isFresh(key)) {
      const { offset } = key;
      const at = key.number - this.#taken;
      this.#insert(at, { kind: "key", offset, end: offset });
      this.#indentTo(key.column, "block-mapping", offset, at);
      this.#forgetKey();
      this.#keyAllowed = false;
    } else {
      const { text, at } = this.#reader;
      const isLongKey = isLong(text, this.#culprit("block-mapping"), at);
      this.#openBlock("block-mapping", isLongKey ? keyTooLong : secondColon);
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#queue.push(this.#mark("value", 1));
  }

  #block(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    this.#queue.push(scanBlock(this.#reader, this.#indent));
  }

  /** Whatever may be a key, or begin one. */
  #node(scan: () => Token): void {
    this.#saveKey();
    this.#keyAllowed = false;
    this.#queue.push(scan());
  }

  /** What ends all blocks. */
  #outside(scan: () => Token): void {
    this.#closeBlocks(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    this.#queue.push(scan());
  }

  #end(): void {
    this.#reader.endLine();
    this.#outside(() => this.#mark("end", 0));
  }

  #mark(kind: Mark["kind"], length: number): Mark {
    const offset = this.#reader.at;
    this.#reader.at += length;
    return { kind, offset, end: offset + length };
  }

  /** For a mark that begins a block, unless it is one of a block that is open. */
  #openBlock(kind: "block-sequence" | "block-mapping", problem: string): void {
    if (this.#flowLevel > 0) return;
    const { at, column } = this.#reader;
    if (!this.#keyAllowed) throw new YamlError(this.#culprit(kind), problem);
    this.#indentTo(column, kind, at, this.#queue.length);
  }

  /** The text that a second `: ` makes a key of, or the place itself. */
  #culprit(kind: string): number {
    const last = this.#queue.at(-1);
    const { at, lineStart } = this.#reader;
    const isValue = kind === "block-mapping" && last?.kind === "scalar";
    return isValue && last.offset >= lineStart ? last.offset : at;
  }

  #indentTo(column: number, kind: Mark["kind"], offset: number, at: number): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#requireDepth(this.#indents.length);
    this.#insert(at, { kind, offset, end: offset });
  }

  /** Before what is at this place in the queue; what has left it is not caught up with. */
  #insert(at: number, token: Token): void {
    this.#queue.splice(at < 0 ? this.#queue.length : at, 0, token);
  }

  #requireDepth(depth: number): void {
    if (depth <= depthMax) return;
    throw new YamlError(this.#reader.at, "lists and mappings are nested too deeply");
  }

  #closeBlocks(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#queue.push(this.#mark("block-end", 0));
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    this.#dropKey();
    const { at: offset, line, column } = this.#reader;
    const required = this.#flowLevel === 0 && this.#indent === column;
    const number = this.#taken + this.#queue.length;
    const key = { number, offset, line, column, required };
    this.#level.key = key;
    this.#level.number = number;
    this.#keysByNumber.set(number, key);
  }

  get #level(): Level {
    return this.#levels.at(-1) ?? { key: undefined, number: 0 };
  }

  /** What might have been a key is none. */
  #dropKey(): void {
    const { key } = this.#level;
    if (!key) return;
    this.#requireNoKey(key);
    this.#forgetKey();
  }

  #forgetKey(): void {
    const { key } = this.#level;
    if (key) this.#keysByNumber.delete(key.number);
    this.#level.key = undefined;
  }

  /** A key is on one line, and short. */
  #isFresh(key: PossibleKey): boolean {
    const { at, line, text } = this.#reader;
    if (key.line === line && !isLong(text, key.offset, at)) return true;
    this.#requireNoKey(key);
    return false;
  }

  #requireNoKey({ required, offset, line }: PossibleKey): void {
    if (!required) return;
    const isLongKey = line === this.#reader.line && this.#reader.next === ":";
    throw new YamlError(offset, isLongKey ? keyTooLong : "no `: ` follows this key");
  }
}

/** Whether there are too many characters for a key between these places. */
function isLong(text: string, from: number, to: number): boolean {
  if (to - from <= keyLengthMax) return false;
  // Some characters have two units.
  return to - from > 2 * keyLengthMax || [...text.slice(from, to)].length > keyLengthMax;
}
