/**
 * Reads any YAML text into nodes, with the `yaml` package as parser. Files in the field lean on what
 * Go's parser lets pass, so this does too.
 */
import { isCollection, parseDocument, visit } from "yaml";
import type { Document, YAMLError } from "yaml";

import type { Finding, YamlDocument } from "./document.ts";
import { NodeBuilder } from "./node-builder.ts";
import { Source } from "./source.ts";
import { syntaxSentence, templateHint } from "./syntax-sentence.ts";

const forbidden = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The first document of the text: as in Go, what follows it is not looked at. */
export function readFullYaml(text: string): YamlDocument {
  const control = text.search(forbidden);
  if (control !== -1) {
    return unreadable(new Source(text), control, "YAML allows no control characters");
  }
  const { source, document } = parseShifting(text);
  const error = document.errors.filter(isError).sort((one, other) => one.pos[0] - other.pos[0])[0];
  if (error && !isRest(error, document, source)) {
    const { offset, message } = unclosed(document, source.text)
      ?? { offset: error.pos[0], message: syntaxSentence(error) };
    return unreadable(source, offset, `${message}${templateHint(text)}`);
  }
  const builder = new NodeBuilder();
  const root = document.contents ? builder.node(document.contents) : undefined;
  if (builder.error) return { source, root: undefined, errors: [builder.error], warnings: [] };
  const warnings = error ? [{ path: "", offset: error.pos[0], message: restIgnored }] : [];
  return { source, root, errors: [], warnings };
}

function unreadable(source: Source, offset: number, message: string): YamlDocument {
  return { source, root: undefined, errors: [{ path: "", offset, message }], warnings: [] };
}

/** The innermost bracket or quote that nothing closes: whatever else is wrong follows from it. */
function unclosed(document: Document.Parsed, text: string): Omit<Finding, "path"> | undefined {
  let innermost: Omit<Finding, "path"> | undefined;
  visit(document, {
    Node(_key, { range }) {
      const [offset, end] = range ?? [0, 0];
      const open = text.charAt(offset);
      const close = closing[open];
      const isClosed = end - offset > 1 && text[end - 1] === close;
      if (close === undefined || isClosed) return;
      innermost = { offset, message: `this ${open} has no closing ${close}` };
    },
  });
  return innermost;
}

const closing: Readonly<Record<string, string>> = { "[": "]", "{": "}", '"': '"', "'": "'" };

/** Not what Go lets pass: more documents, and a comment without a space before it. */
function isError({ code, message }: YAMLError): boolean {
  return code !== "MULTIPLE_DOCS" && !message.startsWith("Comments must be separated");
}

const restIgnored =
  "everything from here on is ignored, because the value that the file began with has ended";

/**
 * Go stops reading where the first value ends: at its last bracket, or at a line that begins
 * further left than it did. An error from there on is an error in nothing that counts.
 */
function isRest(error: YAMLError, { contents }: Document.Parsed, source: Source): boolean {
  const [start, end] = contents?.range ?? [0, Infinity];
  if (!/^Unexpected .* at node end$/.test(error.message) || error.pos[0] < end) return false;
  if (isCollection(contents) && contents.flow) return true;
  return source.position(error.pos[0]).column < source.position(start).column;
}

/**
 * In Go's parser the lines of a list in [], of a mapping in {} and of a quoted text may begin
 * anywhere, as those of rendered JSON do. This one wants them further right than their parent, so
 * they are moved there, one line at a time.
 */
function parseShifting(text: string): Parsed {
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

interface Parsed {
  readonly source: Source;
  readonly document: Document.Parsed;
}

function parse(source: Source): Parsed {
  const document = parseDocument(source.text, {
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
