/** A place in a YAML text that moves forward, and knows its line and column. */

/** What Go's parser takes for the end of a line; CRLF and its like are "\n" by then. */
const lineBreak = /[\n\u2028\u2029]/;

/** What is wrong with a text, and where: ends the reading of it. */
export class YamlError extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

export class Reader {
  readonly text: string;
  /** Where the next character is. */
  at = 0;
  /** How many lines have ended before it. */
  line = 0;
  /** Where its line begins. */
  lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  get column(): number {
    return this.at - this.lineStart;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character; "" at the end. */
  get next(): string {
    return this.text[this.at] ?? "";
  }

  /** Whether a blank, the end of a line or of the text is at this distance. */
  isBlank(distance: number): boolean {
    const character = this.text[this.at + distance];
    return character === undefined || " \t\n\u2028\u2029".includes(character);
  }

  /** Whether a sticky pattern matches here. */
  sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  /** Reads what a sticky pattern without line breaks matches here; "" where it does not. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [matched = ""] = pattern.exec(this.text) ?? [];
    this.at += matched.length;
    return matched;
  }

  /** Reads the end of a line; "" where there is none. */
  takeBreak(): string {
    const character = this.next;
    if (!lineBreak.test(character)) return "";
    this.at += 1;
    this.line += 1;
    this.lineStart = this.at;
    return character;
  }

  /** The text's end ends its line, too. */
  endLine(): void {
    if (this.column === 0) return;
    this.line += 1;
    this.lineStart = this.at;
  }

  /** Whether `---` or `...` stands alone at the beginning of a line. */
  seesDocumentMark(): boolean {
    return this.at === this.lineStart && this.sees(documentMark);
  }
}

const documentMark = /(?:---|\.\.\.)(?=[ \t\n\u2028\u2029]|$)/y;
