/** Sections of lines that fit a terminal, as far as what they show does. */
import { quote } from "../../report/escape.ts";
import { table } from "../../report/table.ts";

const lineWidth = 100;
const indent = "  ";

/** A label, and what there is to say: words that may go on in the next line. */
export type Row = readonly [label: string, ...words: string[]];

/** A heading and lines below it, or nothing when there are none. */
export function section(title: string, content: readonly Row[] | string): string {
  const lines = typeof content === "string" ? content : rowLines(content);
  return lines === "" ? "" : `${title}\n${lines}`;
}

/** Labels in one column, words in the other. */
export function rowLines(rows: readonly Row[]): string {
  const width = indent.length + Math.max(0, ...rows.map(([label]) => label.length)) + 2;
  return rows
    .map(([label, ...words]) => {
      const [first = "", ...rest] = wrapped(words, lineWidth - width);
      const lines = [
        (indent + label).padEnd(width) + first,
        ...rest.map((line) => " ".repeat(width) + line),
      ];
      return lines.map((line) => `${line.trimEnd()}\n`).join("");
    })
    .join("");
}

/** Columns with two blanks between them. */
export function columns(rows: readonly (readonly string[])[]): string {
  const last = (row: readonly string[]) => row.length - 1;
  return table(
    rows.map((row) =>
      row.map(
        (cell, index) => (index === 0 ? indent : "") + cell + (index === last(row) ? "" : " "),
      ),
    ),
  );
}

/** A word of a command line, in quotes where a reader could not tell where it ends. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quote(text);
}

function wrapped(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const next of words) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + next.length > width) lines.push(next);
    else lines[lines.length - 1] = `${line} ${next}`;
  }
  return lines;
}
