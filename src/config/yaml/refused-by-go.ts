/**
 * What the `yaml` package lets pass and Go's parser refuses. A file that bpm accepts has to work on
 * machines that still run the Go implementation.
 */
import { isCollection, isScalar, visit } from "yaml";
import type { Document, Node } from "yaml";

import type { Finding } from "../finding.ts";

export function refusedByGo(text: string, document: Document.Parsed): Finding | undefined {
  const found = foreignDirective(text) ?? tabbedLine(text, document) ?? oddName(document);
  return found && { path: "", ...found };
}

type Place = Omit<Finding, "path">;

function foreignDirective(text: string): Place | undefined {
  const [before = ""] = /^(?:\s*(?:#.*)?\n|%(?:YAML +1\.1|TAG) *.*\n)*/.exec(text) ?? [];
  if (text[before.length] !== "%") return undefined;
  return { offset: before.length, message: "only the directives %YAML 1.1 and %TAG are known" };
}

/**
 * Not even an empty line may begin with a tab, nor an item of a list; in brackets and texts, any
 * may.
 */
function tabbedLine(text: string, document: Document.Parsed): Place | undefined {
  const lines = [...text.matchAll(/^ *\t[ \t]*(?:#.*)?\r?$|^(?: *-(?= |\t))+ *\t/gm)];
  if (lines.length === 0) return undefined;
  const free: Node["range"][] = [];
  visit(document, {
    Node(_key, node) {
      const isFree = isCollection(node) ? node.flow : isScalar(node) && node.type !== "PLAIN";
      if (isFree) free.push(node.range);
    },
  });
  const line = lines.find(({ index }) =>
    index < document.range[2]
    && !free.some((range) => range && range[0] <= index && index < range[1])
  );
  if (!line) return undefined;
  const message = line[0].includes("-")
    ? "a tab stands behind the dash of a list, where YAML allows only spaces"
    : "a line must not begin with a tab, even an empty one";
  return { offset: line.index, message };
}

function oddName(document: Document.Parsed): Place | undefined {
  let found: Place | undefined;
  visit(document, {
    Node(_key, node) {
      if (!("anchor" in node) || node.anchor === undefined || /^[\w-]+$/.test(node.anchor)) return;
      const message = `the anchor &${node.anchor} may have only letters, digits, - and _`;
      found ??= { offset: node.range?.[0] ?? 0, message };
    },
  });
  return found;
}
