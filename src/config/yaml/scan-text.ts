/** Reads texts: plain, in quotes, and blocks. Go's parser decides what their lines come to. */
import { type Reader, YamlError } from "./reader.ts";
import type { ScalarToken } from "./tokens.ts";

const plainRun = /[^ \t\n\u2028\u2029:]+|:(?![ \t\n\u2028\u2029]|$)/y;
const plainRunInBrackets = /[^ \t\n\u2028\u2029:,?[\]{}]+|:(?![ \t\n\u2028\u2029]|$)/y;
const blanks = /[ \t]+/y;

/** Line breaks within a text: what was read of them, and what they come to. */
class Fold {
  #first = "";
  #rest = "";
  /** Whether a line has ended since the last character of the text. */
  isOpen = false;

  add(lineBreak: string): void {
    if (this.isOpen) this.#rest += lineBreak;
    else this.#first = lineBreak;
    this.isOpen = true;
  }

  /** A single line break is a space, several are one less. */
  close(): string {
    const folded = this.#first === "\n" ? this.#rest || " " : this.#first + this.#rest;
    this.#first = this.#rest = "";
    this.isOpen = false;
    return folded;
  }
}

/** `indent` is that of the block around it, -1 outside of all. */
export function scanPlain(reader: Reader, indent: number, inBrackets: boolean): ScalarToken {
  const offset = reader.at;
  const run = inBrackets ? plainRunInBrackets : plainRun;
  let [text, end, gap] = ["", offset, ""];
  const fold = new Fold();
  while (!reader.seesDocumentMark() && reader.next !== "#") {
    for (let part = reader.take(run); part !== ""; part = reader.take(run)) {
      text += (fold.isOpen ? fold.close() : gap) + part;
      gap = "";
      end = reader.at;
    }
    if (reader.atEnd || !reader.isBlank(0)) break;
    gap = takeGap(reader, fold, indent + 1);
    if (!inBrackets && reader.column <= indent) break;
  }
  return { kind: "scalar", offset, end, text, plain: true };
}

/** Blanks and line breaks; the blanks, if it is only these. */
function takeGap(reader: Reader, fold: Fold, indentMin = 0): string {
  let gap = "";
  for (;;) {
    if (fold.isOpen && reader.column < indentMin) {
      reader.take(/ */y);
      if (reader.next === "\t" && reader.column < indentMin) throw tabAtLineStart(reader);
    }
    const taken = reader.take(blanks);
    if (!fold.isOpen) gap += taken;
    const lineBreak = reader.takeBreak();
    if (lineBreak === "" && taken === "") return gap;
    if (lineBreak !== "") {
      fold.add(lineBreak);
      gap = "";
    }
  }
}

/** What a tab does where a line begins, and only spaces may be. */
export function tabAtLineStart(reader: Reader): YamlError {
  const isEmpty = reader.sees(/[ \t]*(?:#.*)?(?=[\n\u2028\u2029]|$)/y);
  return new YamlError(
    reader.lineStart,
    isEmpty
      ? "a line must not begin with a tab, even an empty one"
      : "a tab is used for indentation, where YAML allows only spaces",
  );
}

const runs = {
  "'": /[^' \t\n\u2028\u2029]+/y,
  '"': /[^"\\ \t\n\u2028\u2029]+/y,
} as const;

export function scanQuoted(reader: Reader, quote: "'" | '"'): ScalarToken {
  const offset = reader.at;
  reader.at += 1;
  let text = "";
  for (;;) {
    if (reader.atEnd || reader.seesDocumentMark()) {
      throw new YamlError(offset, `this ${quote} has no closing ${quote}`);
    }
    const fold = new Fold();
    text += takeUnblank(reader, quote, fold);
    if (reader.next === quote) break;
    const gap = takeGap(reader, fold);
    text += fold.isOpen ? fold.close() : gap;
  }
  reader.at += 1;
  return { kind: "scalar", offset, end: reader.at, text, plain: false };
}

/** Up to a blank, the end of a line or the closing quote. */
function takeUnblank(reader: Reader, quote: "'" | '"', fold: Fold): string {
  let text = "";
  for (;;) {
    text += reader.take(runs[quote]);
    if (quote === "'" && reader.take(/''/y) !== "") {
      text += "'";
    } else if (reader.next === "\\") {
      const escaped = takeEscape(reader, fold);
      if (fold.isOpen) return text;
      text += escaped;
    } else {
      return text;
    }
  }
}

const escapes: Readonly<Record<string, string>> = {
  0: "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "'": "'",
  "\\": "\\",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};
const numbered = /x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}/y;

/** What a backslash and what follows it stand for. The end of a line stands for nothing. */
function takeEscape(reader: Reader, fold: Fold): string {
  const offset = reader.at;
  reader.at += 1;
  if (reader.takeBreak() !== "") {
    fold.add("");
    return "";
  }
  const code = Number.parseInt(reader.take(numbered).slice(1), 16);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code <= 0x10_ffff && !isSurrogate) return String.fromCodePoint(code);
  const character = Number.isNaN(code) ? escapes[reader.next] : undefined;
  if (character !== undefined) {
    reader.at += 1;
    return character;
  }
  const message = "YAML does not know this backslash sequence; use \\\\ or single quotes";
  throw new YamlError(offset, message);
}

const blockHeader =
  /[|>](?:([+-])([1-9])?|([1-9])([+-])?)?[ \t]*(?:#[^\n\u2028\u2029]*)?(?=[\n\u2028\u2029]|$)/y;
const restOfLine = /[^\n\u2028\u2029]+/y;

/** `indent` is that of the block around it, -1 outside of all. */
export function scanBlock(reader: Reader, indent: number): ScalarToken {
  const offset = reader.at;
  const isFolded = reader.next === ">";
  blockHeader.lastIndex = offset;
  const header = blockHeader.exec(reader.text);
  if (!header) {
    const message = `behind ${reader.next} there may be + or - and a digit, and nothing else`;
    throw new YamlError(offset, message);
  }
  reader.at += header[0].length;
  reader.takeBreak();
  const chomping = header[1] ?? header[4];
  const increment = Number(header[2] ?? header[3] ?? 0);
  const given = increment === 0 ? 0 : Math.max(indent, 0) + increment;
  let { breaks, own } = takeBlockBreaks(reader, given, indent);
  let [text, lineBreak, wasBlank, end] = ["", "", false, reader.at];
  while (reader.column === own && !reader.atEnd) {
    const isBlank = reader.next === " " || reader.next === "\t";
    const isJoined = isFolded && !wasBlank && !isBlank && lineBreak === "\n";
    text += isJoined ? breaks || " " : lineBreak + breaks;
    text += reader.take(restOfLine);
    wasBlank = isBlank;
    end = reader.at;
    lineBreak = reader.takeBreak();
    ({ breaks } = takeBlockBreaks(reader, own, indent));
  }
  text += (chomping === "-" ? "" : lineBreak) + (chomping === "+" ? breaks : "");
  return { kind: "scalar", offset, end, text, plain: false };
}

/** Empty lines, and the indentation of the next; `own` is 0 where that is yet to be found. */
function takeBlockBreaks(reader: Reader, own: number, indent: number) {
  let [breaks, deepest] = ["", 0];
  for (;;) {
    const spaces = reader.take(/ */y).length;
    if (own > 0 && spaces > own) reader.at -= spaces - own;
    deepest = Math.max(deepest, reader.column);
    if (reader.next === "\t" && (own === 0 || reader.column < own)) throw tabAtLineStart(reader);
    const lineBreak = reader.takeBreak();
    if (lineBreak === "") break;
    breaks += lineBreak;
  }
  return { breaks, own: own > 0 ? own : Math.max(deepest, indent + 1, 1) };
}
