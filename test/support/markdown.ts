/** Reading the project's own pages, to hold them against what they tell of. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "./product.ts";

export interface Section {
  /** The heading's text, and how many `#` it has. */
  readonly title: string;
  readonly level: number;
  /** What stands below it, up to the next heading. */
  readonly body: string;
}

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
}

/** The text of a page; `path` is relative to the project. */
export function page(path: string): string {
  return readFileSync(join(projectDirectory, path), "utf8");
}

/** The sections of a page. A `#` in a block of code begins none. */
export function sections(text: string): Section[] {
  const found: { title: string; level: number; lines: string[] }[] = [];
  let inCode = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) inCode = !inCode;
    const [, marks, title] = (inCode ? null : /^(#+) (.*)$/.exec(line)) ?? [];
    if (marks !== undefined && title !== undefined) {
      found.push({ title, level: marks.length, lines: [] });
    } else {
      found.at(-1)?.lines.push(line);
    }
  }
  return found.map(({ title, level, lines }) => ({ title, level, body: lines.join("\n").trim() }));
}

export function codeBlocks(text: string): CodeBlock[] {
  const blocks = text.matchAll(/^```(\w*)\n([^]*?)^```$/gm);
  return [...blocks].map(([, language = "", code = ""]) => ({ language, text: code }));
}

/** What a sentence says, wherever its lines are broken. */
export function unwrapped(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The name by which other pages link to a heading. */
export function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}
