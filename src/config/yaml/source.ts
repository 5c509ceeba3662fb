/** The text of a bpm.yml, and where in it a character is. */
import type { Position } from "../types.ts";

export class Source {
  readonly text: string;
  /** Lines (from 1) that were moved to the right for the parser's sake, all by `shift` columns. */
  readonly #shifted: ReadonlySet<number>;
  readonly #shift: number;

  constructor(text: string, shifted: ReadonlySet<number> = new Set(), shift = 0) {
    this.text = text;
    this.#shifted = shifted;
    this.#shift = shift;
  }

  /** The place of a character in the file as its author sees it. Columns count characters. */
  position(offset: number): Position {
    const before = this.text.slice(0, offset);
    const line = before.split("\n").length;
    const column = [...before.slice(before.lastIndexOf("\n") + 1)].length + 1;
    return { line, column: this.#shifted.has(line) ? Math.max(1, column - this.#shift) : column };
  }

  /** The lines of the file as its author sees them. */
  originalLines(): string[] {
    return this.text.split("\n").map((line, index) =>
      line.slice(this.#shifted.has(index + 1) ? this.#shift : 0).replace(/\r$/, "")
    );
  }

  /**
   * The same text with the line of `offset` moved to the right, further than any other line begins.
   * Undefined when it was moved already.
   */
  shiftLine(offset: number): Source | undefined {
    const { line } = this.position(offset);
    if (this.#shifted.has(line)) return undefined;
    const indents = this.text.match(/^ */gm) ?? [];
    const shift = this.#shift || 1 + Math.max(...indents.map((indent) => indent.length));
    const start = this.text.lastIndexOf("\n", offset - 1) + 1;
    const text = this.text.slice(0, start) + " ".repeat(shift) + this.text.slice(start);
    return new Source(text, new Set([...this.#shifted, line]), shift);
  }
}

/** UTF-8, or UTF-16 with a byte order mark. Undefined when the bytes are neither. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le"
    : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
