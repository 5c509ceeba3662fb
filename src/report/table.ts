/** Text in columns. */
import { escapeLine } from "./escape.ts";

/** Rows as lines: every column but the last is padded to its longest cell and one space. */
export function table(texts: readonly (readonly string[])[]): string {
  const rows = texts.map((row) => row.map(escapeLine));
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  const pad = (cell: string, column: number, row: readonly string[]) =>
    column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + 1);
  return rows.map((row) => `${row.map(pad).join("")}\n`).join("");
}
