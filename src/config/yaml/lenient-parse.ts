/** Runs the `yaml` package's parser, and helps it over what Go's parser lets pass. */
import { parseDocument } from "yaml";
import type { Document, YAMLError } from "yaml";

import { Source } from "./source.ts";

export interface Parsed {
  readonly source: Source;
  readonly document: Document.Parsed;
}

/**
 * In Go's parser the lines of a list in [], of a mapping in {} and of a quoted text may begin
 * anywhere, as those of rendered JSON do. This one wants them further right than their parent, so
 * they are moved there, one line at a time.
 */
export function parseLeniently(text: string): Parsed {
  const first = parse(new Source(text.replace(/\r(?!\n)|\x85/g, "\n")));
  for (let parsed = first; ;) {
    const cut = parsed.document.errors.find(isCutShort);
    if (!cut) return parsed;
    const next = parsed.source.text.slice(cut.pos[0]).search(/\S/);
    const shifted = next === -1 ? undefined : parsed.source.shiftLine(cut.pos[0] + next);
    if (!shifted) return first;
    parsed = parse(shifted);
  }
}

/** Stand for marks that this parser would take for YAML's own; nobody else uses them. */
const loneDash = "\u{f8ff}";
const finalColon = "\u{f8fe}";
const needlessBackslash = "\u{f8fd}";

/** A text of the parsed document as it was written. */
export function asWritten(text: string): string {
  return text
    .replaceAll(loneDash, "-")
    .replaceAll(finalColon, ":")
    .replaceAll(needlessBackslash, "");
}

function parse(source: Source): Parsed {
  const text = source.text
    // In `[-, x]` a text of its own, not the beginning of a list, which may not be there.
    .replace(/(?<=[\s[{,:])-(?=[,\]}])/g, loneDash)
    // In `[a:, b]` the end of a text: only where a space follows does a colon end a key.
    .replace(/(?<=[^\s[\]{},"']):(?=[,\]}])/g, finalColon);
  const document = parseText(text);
  const quotes = document.errors.filter((error) => isEscapedQuote(error, text));
  return { source, document: quotes.length === 0 ? document : parseText(without(quotes, text)) };
}

function parseText(text: string): Document.Parsed {
  return parseDocument(text, {
    schema: "failsafe",
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
  });
}

/** `\'` between double quotes is a quote to Go's parser. */
function isEscapedQuote({ code, pos }: YAMLError, text: string): boolean {
  return code === "BAD_DQ_ESCAPE" && text[pos[0] + 1] === "'";
}

/** Every place stays what it was, for the messages. */
function without(backslashes: readonly YAMLError[], text: string): string {
  const characters = text.split("");
  for (const { pos } of backslashes) characters[pos[0]] = needlessBackslash;
  return characters.join("");
}

function isCutShort({ message }: YAMLError): boolean {
  return /^Missing closing |must be sufficiently indented/.test(message);
}
