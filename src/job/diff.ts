/** How two texts differ, line by line, in the form that patch(1) reads. */

const context = 3;
/** The most pairs of lines that are compared; beyond it a part counts as replaced whole. */
const mostPairs = 4_000_000;

interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/** A unified diff, or "" where there is none. Either text may be missing. */
export function unifiedDiff(name: string, before: string | undefined, after: string | undefined) {
  if (before === after) return "";
  const [old, now] = [linesOf(before), linesOf(after)];
  const side = (mark: string, text: string | undefined) =>
    `${mark} ${text === undefined ? "/dev/null" : name}\n`;
  const hunks = hunksOf(compare(old, now)).join("");
  return `${side("---", before)}${side("+++", after)}${hunks}`;
}

/** The last line has no line break of its own, and patch(1) wants to be told when it lacks one. */
function linesOf(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  const lines = text.split("\n").map((line) => `${line}\n`);
  const last = lines.pop() ?? "";
  return last === "\n" ? lines : [...lines, `${last}\\ No newline at end of file\n`];
}

function compare(old: readonly string[], now: readonly string[]): Line[] {
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1;
  let end = 0;
  const most = Math.min(old.length, now.length) - start;
  while (end < most && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const same = (text: string): Line => ({ mark: " ", text });
  return [
    ...old.slice(0, start).map(same),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(same),
  ];
}

/** The longest common subsequence stays, the rest is taken out or put in. */
function middle(old: readonly string[], now: readonly string[]): Line[] {
  if (old.length * now.length > mostPairs) return [...marked("-", old), ...marked("+", now)];
  const lengths = commonLengths(old, now);
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < old.length && column < now.length) {
    const [text = "", other = ""] = [old[row], now[column]];
    if (text === other) {
      lines.push({ mark: " ", text });
      row += 1;
      column += 1;
    } else if ((lengths[row + 1]?.[column] ?? 0) >= (lengths[row]?.[column + 1] ?? 0)) {
      lines.push({ mark: "-", text });
      row += 1;
    } else {
      lines.push({ mark: "+", text: other });
      column += 1;
    }
  }
  return [...lines, ...marked("-", old.slice(row)), ...marked("+", now.slice(column))];
}

function marked(mark: "-" | "+", texts: readonly string[]): Line[] {
  return texts.map((text) => ({ mark, text }));
}

/** How many lines the rests of both texts have in common, from each pair of places on. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint32Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let row = old.length - 1; row >= 0; row -= 1) {
    const [below, here] = [lengths[row + 1], lengths[row]];
    if (below === undefined || here === undefined) continue;
    for (let column = now.length - 1; column >= 0; column -= 1) {
      here[column] =
        old[row] === now[column]
          ? (below[column + 1] ?? 0) + 1
          : Math.max(below[column] ?? 0, here[column + 1] ?? 0);
    }
  }
  return lengths;
}

/** Changes with some lines around them; those that are near each other in one. */
function hunksOf(lines: readonly Line[]): string[] {
  const changed = lines.flatMap(({ mark }, index) => (mark === " " ? [] : [index]));
  const ranges: [start: number, end: number][] = [];
  for (const index of changed) {
    const last = ranges.at(-1);
    if (last !== undefined && index <= last[1] + context) last[1] = index + 1 + context;
    else ranges.push([Math.max(0, index - context), index + 1 + context]);
  }
  return ranges.map(([start, end]) => hunk(lines, start, Math.min(end, lines.length)));
}

function hunk(lines: readonly Line[], start: number, end: number): string {
  const range = (without: Line["mark"]) => {
    const count = (part: readonly Line[]) => part.filter(({ mark }) => mark !== without).length;
    const length = count(lines.slice(start, end));
    const first = count(lines.slice(0, start)) + (length === 0 ? 0 : 1);
    return `${first},${length}`;
  };
  const body = lines
    .slice(start, end)
    .map(({ mark, text }) => mark + text)
    .join("");
  return `@@ -${range("+")} +${range("-")} @@\n${body}`;
}
