/** A protection of bpm's, how to take it away, and which suites have to notice. */

export interface Mutation {
  /** What the protection keeps from happening. */
  readonly protects: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly search: string;
  readonly replace: string;
  /** Test files, each perhaps with `#` and a pattern for names of tests; `zig` for Zig's own. */
  readonly suites: readonly string[];
}

/** The text without the protection. Throws unless what is searched is there exactly once. */
export function mutate(text: string, { protects, file, search, replace }: Mutation): string {
  const count = text.split(search).length - 1;
  if (count !== 1) throw new Error(`${file} has ${count} places, not one, of: ${protects}`);
  return text.replace(search, () => replace);
}

/** A test file and, where given, the pattern for names of its tests. */
export function parseSuite(suite: string): { file: string; names: string | undefined } {
  const [file = "", names] = suite.split("#");
  return { file, names };
}

/** Whether a suite tries the built product, as root; the others try the sources. */
export function needsRoot(suite: string): boolean {
  return /^test\/(?!unit|programs)/.test(suite);
}

type Row = readonly [protects: string, search: string, replace: string, suites: readonly string[]];

/** Mutations of one file. */
export function inFile(file: string, rows: readonly Row[]): Mutation[] {
  return rows.map(([protects, search, replace, suites]) => ({
    protects,
    file,
    search,
    replace,
    suites,
  }));
}
