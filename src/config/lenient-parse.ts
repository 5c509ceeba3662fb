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

/** Stands for a - that is a text of its own in brackets, as in `[-, x]`; nobody else uses it. */
const loneDash = "\u{f8ff}";

/** A text of the parsed document as it was written. */
export function asWritten(text: string): string {
  return text.replaceAll(loneDash, "-");
}

function parse(source: Source): Parsed {
  // This parser takes such a - for the beginning of a list, which may not be there.
  const text = source.text.replace(/(?<=[\s[{,:])-(?=[,\]}])/g, loneDash);
  const document = parseDocument(text, {
    schema: "failsafe",
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
  });
  return { source, document };
}

function isCutShort({ message }: YAMLError): boolean {
  return /^Missing closing |must be sufficiently indented/.test(message);
}
