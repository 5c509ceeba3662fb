/** The text of a bpm.yml, and where in it a character is. */
import type { Position } from "../types.ts";

export class Source {
  /** Its lines end with "\n", whatever they end with in the file. */
  readonly text: string;

  constructor(text: string) {
    this.text = text.replace(/\r\n?|\x85/g, "\n");
  }

  /** The place of a character in the file. Columns count characters. */
  position(offset: number): Position {
    const before = this.text.slice(0, offset);
    const line = before.split("\n").length;
    const column = [...before.slice(before.lastIndexOf("\n") + 1)].length + 1;
    return { line, column };
  }

  lines(): string[] {
    return this.text.split("\n");
  }
}

/** UTF-8, or UTF-16 with a byte order mark. Undefined when the bytes are neither. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
