/** `bpm logs`: the last lines of a file, and all that is appended while it is read. */

import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Tail } from "../../../src/logs/tail.ts";
import { require, type Target } from "../target.ts";

const directory = mkdtempSync(join(tmpdir(), "bpm-fuzz-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));

/** Lines of all lengths, some longer than a block. */
export const logs: Target = {
  name: "logs",
  generate: (dice) => {
    const text = (pieces: number) =>
      Array.from({ length: dice.roll(pieces) }, () =>
        dice.pick(["\n", "\n\n", "line\n", "x".repeat(dice.roll(70_000)), "é\0\x1b", ""]),
      ).join("");
    return JSON.stringify([dice.roll(30), text(20), text(6), dice.roll(5) === 0]);
  },
  check: async (input) => {
    const parsed: unknown = JSON.parse(input.startsWith("[") && input.endsWith("]") ? input : "[]");
    const [lines, before, after, truncated] = parsed as [number, string, string, boolean];
    if (typeof before !== "string" || typeof after !== "string") return;
    const file = join(directory, "log");
    writeFileSync(file, before);
    const shown: Uint8Array[] = [];
    const tail = new Tail([file], false, {
      print: async (output) => {
        shown.push(typeof output === "string" ? Buffer.from(output) : output.slice());
      },
      notice: () => undefined,
    });
    await tail.showEnds(lines, new AbortController().signal);
    require(Buffer.concat(shown).equals(lastLines(before, lines)), "other than the last lines");
    shown.length = 0;
    // Read again from its start, unless it has grown beyond where it was.
    const isTold = truncated === true && Buffer.byteLength(after) < Buffer.byteLength(before);
    if (isTold) truncateSync(file);
    appendFileSync(file, after);
    while (await tail.advance());
    require(Buffer.concat(shown).equals(Buffer.from(after)), "other than what was appended");
  },
};

function lastLines(text: string, count: number): Buffer {
  const lines = text.split(/(?<=\n)/);
  return Buffer.from(count === 0 ? "" : lines.slice(-count).join(""));
}
