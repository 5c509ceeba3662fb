/**
 * Globs as Go's path/filepath matches them, since bpm.yml files rely on it: `*`, `?`, `[a-z]`,
 * `[^a-z]` and `\` inside one component, `**` no different from `*`, names that begin with a dot
 * not special. A malformed pattern is an error wherever in the pattern it is.
 */
import { join, resolve } from "../bosh/posix.ts";
import { BpmError } from "../report/errors.ts";

/** The two questions that a glob asks of a file system. */
export interface Directories {
  /** The names in a directory, links to directories followed; none if it is not one. */
  list(directory: string): readonly string[];
  /** Whether there is something of that name, be it a dangling link. */
  exists(path: string): boolean;
}

/** A pattern that matches just this path. */
export function literal(path: string): string {
  return path.replace(/[*?[\\]/g, "\\$&");
}

/** All paths that an absolute pattern matches, sorted. */
export function glob(pattern: string, directories: Directories): string[] {
  if (!pattern.startsWith("/")) {
    throw new BpmError("bad-glob", `the path ${JSON.stringify(pattern)} is not absolute`);
  }
  if (!hasMeta(pattern)) {
    return directories.exists(pattern) ? [resolve("/", pattern)] : [];
  }
  const components = pattern.split("/").slice(1);
  const first = components.findIndex(hasMeta);
  const matchers = components.slice(first).map((text) => matcherOf(text, pattern));
  let found = [resolve("/", components.slice(0, first).join("/"))];
  for (const matcher of matchers) {
    found = found.flatMap((directory) =>
      matcher(directory, directories).map((name) => join(directory, name)),
    );
  }
  return [...new Set(found)].sort();
}

type Matcher = (directory: string, directories: Directories) => readonly string[];

/** What finds the names that one component matches in a directory. */
function matcherOf(component: string, pattern: string): Matcher {
  if (hasMeta(component)) {
    const tokens = compile(component, pattern);
    return (directory, directories) =>
      directories.list(directory).filter((name) => matchesTokens(tokens, [...name]));
  }
  // No directory lists these names, so that after a wildcard nothing matches them.
  if (component === "" || component === "." || component === "..") return () => [];
  // The same as listing and comparing, but cheaper.
  return (directory, directories) =>
    directories.exists(join(directory, component)) ? [component] : [];
}

/** Whether one component's pattern matches one name. */
export function matchesName(pattern: string, name: string): boolean {
  return matchesTokens(compile(pattern, pattern), [...name]);
}

function hasMeta(pattern: string): boolean {
  return /[*?[\\]/.test(pattern);
}

type Token = "star" | ((character: string) => boolean);

/** Compares with one backtracking point, so that the time stays below tokens times characters. */
function matchesTokens(tokens: readonly Token[], characters: readonly string[]): boolean {
  let token = 0;
  let character = 0;
  let star = -1;
  let taken = 0;
  while (character < characters.length) {
    const current = tokens[token];
    if (current === "star") {
      star = token++;
      taken = character;
    } else if (current?.(characters[character] ?? "")) {
      token++;
      character++;
    } else if (star >= 0) {
      token = star + 1;
      character = ++taken;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every((rest) => rest === "star");
}

function compile(component: string, pattern: string): Token[] {
  const reader = new Reader([...component], pattern);
  const tokens: Token[] = [];
  while (!reader.atEnd()) tokens.push(nextToken(reader));
  return tokens;
}

function nextToken(reader: Reader): Token {
  const character = reader.next();
  if (character === "*") return "star";
  if (character === "?") return () => true;
  if (character === "[") return characterClass(reader);
  const literal = character === "\\" ? reader.next() : character;
  return (candidate) => candidate === literal;
}

function characterClass(reader: Reader): Token {
  const negated = reader.skip("^");
  const ranges: { low: number; high: number }[] = [];
  while (ranges.length === 0 || !reader.skip("]")) {
    const low = classMember(reader);
    ranges.push({ low, high: reader.skip("-") ? classMember(reader) : low });
  }
  return (candidate) => {
    const code = codeOf(candidate);
    return ranges.some(({ low, high }) => low <= code && code <= high) !== negated;
  };
}

/** Go wants `-` and `]` escaped inside brackets. */
function classMember(reader: Reader): number {
  const character = reader.next();
  if (character === "-" || character === "]") reader.refuse();
  return codeOf(character === "\\" ? reader.next() : character);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

class Reader {
  readonly #characters: readonly string[];
  readonly #pattern: string;
  #position = 0;

  constructor(characters: readonly string[], pattern: string) {
    this.#characters = characters;
    this.#pattern = pattern;
  }

  atEnd(): boolean {
    return this.#position >= this.#characters.length;
  }

  next(): string {
    return this.#characters[this.#position++] ?? this.refuse();
  }

  skip(wanted: string): boolean {
    if (this.#characters[this.#position] !== wanted) return false;
    this.#position++;
    return true;
  }

  refuse(): never {
    throw new BpmError("bad-glob", `the glob ${JSON.stringify(this.#pattern)} is malformed`, {
      hint: "A bracket is not closed, a range lacks an end, or a backslash escapes nothing.",
    });
  }
}
