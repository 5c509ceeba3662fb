/** ERB without evaluating it: where its tags are, and its Ruby with every byte in its place. */

export interface Tag {
  readonly kind: "code" | "output" | "comment";
  /** Bytes: of the tag, and of the code in it. */
  readonly start: number;
  readonly end: number;
  readonly codeStart: number;
  readonly codeEnd: number;
}

const [Percent, Minus, Equals, Hash, Less, Greater] = [0x25, 0x2d, 0x3d, 0x23, 0x3c, 0x3e];
const [Space, Newline, Semicolon, Open, Close] = [0x20, 0x0a, 0x3b, 0x28, 0x29];

/** The tags of a template in trim mode "-". One that nothing closes reaches to the end. */
export function tagsOf(bytes: Uint8Array): Tag[] {
  const tags: Tag[] = [];
  for (let at = 0; at < bytes.length - 1; at += 1) {
    if (bytes[at] !== Less || bytes[at + 1] !== Percent) continue;
    // <%% is a text.
    if (bytes[at + 2] === Percent) {
      at += 2;
      continue;
    }
    const tag = tagAt(bytes, at);
    tags.push(tag);
    at = tag.end - 1;
  }
  return tags;
}

function tagAt(bytes: Uint8Array, start: number): Tag {
  const mark = bytes[start + 2];
  const kind = mark === Equals ? "output" : mark === Hash ? "comment" : "code";
  const codeStart = start + (kind === "code" && mark !== Minus ? 2 : 3);
  let close = codeStart;
  while (close < bytes.length && !closesAt(bytes, close)) close += 1;
  const codeEnd = bytes[close - 1] === Minus && close - 1 >= codeStart ? close - 1 : close;
  return { kind, start, end: Math.min(close + 2, bytes.length), codeStart, codeEnd };
}

/** `%%>` is a text inside a tag. */
function closesAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === Percent && bytes[at + 1] === Greater && bytes[at - 1] !== Percent;
}

/**
 * The Ruby of a template: texts are blanks, `<%= x %>` is `;( x );`. An offset in it is the same
 * offset in the template.
 */
export function toRuby(bytes: Uint8Array): Uint8Array {
  const ruby = bytes.map((byte) => (byte === Newline ? Newline : Space));
  for (const tag of tagsOf(bytes)) {
    if (tag.kind === "comment") continue;
    ruby.set(bytes.subarray(tag.codeStart, tag.codeEnd), tag.codeStart);
    blankComment(ruby, tag);
    ruby[tag.start] = Semicolon;
    const close = tag.end - 2;
    if (close < tag.codeEnd) continue;
    if (tag.kind === "output") {
      ruby[tag.start + 1] = Open;
      ruby[close] = Close;
      ruby[close + 1] = Semicolon;
    } else {
      ruby[close] = Semicolon;
    }
  }
  return ruby;
}

/** A comment in the last line of a tag would hide what this puts behind the tag. */
function blankComment(ruby: Uint8Array, { codeStart, codeEnd }: Tag): void {
  const at = commentIn(ruby, codeStart, codeEnd);
  if (at !== undefined) ruby.fill(Space, at, codeEnd);
}

/** Where a comment begins in the last line of some code; a # in quotes begins none. */
export function commentIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  const lineStart = Math.max(start, bytes.lastIndexOf(Newline, end - 1) + 1);
  const line = new TextDecoder("latin1").decode(bytes.subarray(lineStart, end));
  const [, before] = /^((?:[^'"#/`%]|"[^"\\#]*"|'[^'\\]*')*?)#(?!\{)/.exec(line) ?? [];
  return before === undefined ? undefined : lineStart + before.length;
}
