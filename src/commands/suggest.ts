/** "Did you mean this?" for a mistyped command. */

const NEAR = 2;

/** The names that begin with what was typed, or are at most two typing mistakes away from it. */
export function suggestions(typed: string, names: readonly string[]): string[] {
  const lower = typed.toLowerCase();
  return names.filter((name) => name.startsWith(lower) || distance(lower, name) <= NEAR);
}

/** How many letters have to be added, dropped or replaced to get from one word to the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const above = row;
    row = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = cell(above, column - 1) + (letter === to[column - 1] ? 0 : 1);
      row.push(Math.min(replaced, cell(above, column) + 1, cell(row, column - 1) + 1));
    }
  }
  return cell(row, to.length);
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
