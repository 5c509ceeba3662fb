/** Reads any YAML text into nodes. What is YAML and what is not, Go's parser has decided. */
import { isCollection, visit } from "yaml";
import type { Document, YAMLError } from "yaml";

import type { Finding } from "../finding.ts";
import type { YamlDocument } from "./document.ts";
import { parseLeniently } from "./lenient-parse.ts";
import { NodeBuilder } from "./node-builder.ts";
import { refusedByGo } from "./refused-by-go.ts";
import { Source } from "./source.ts";
import { syntaxSentence, templateHint } from "./syntax-sentence.ts";

const forbidden = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The first document of the text: as in Go, what follows it is not looked at. */
export function readFullYaml(text: string): YamlDocument {
  const control = text.search(forbidden);
  if (control !== -1) {
    return unreadable(new Source(text), control, "YAML allows no control characters");
  }
  const { source, document } = parseLeniently(text);
  const error = document.errors.filter(isError).sort((one, other) => one.pos[0] - other.pos[0])[0];
  if (error && !isRest(error, document, source)) {
    const { offset, message } = unclosed(document, source.text)
      ?? { offset: error.pos[0], message: syntaxSentence(error) };
    return unreadable(source, offset, `${message}${templateHint(text)}`);
  }
  const builder = new NodeBuilder(source.text);
  const root = document.contents ? builder.node(document.contents) : undefined;
  const refused = builder.error ?? refusedByGo(source.text, document);
  if (refused) return { source, root: undefined, errors: [refused], warnings: [] };
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
