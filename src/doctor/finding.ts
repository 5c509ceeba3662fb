/** What `bpm doctor` says about one thing of a host. */

/**
 * ok: as bpm wants it. note: good to know. warning: jobs start, but some not as they should, or not
 * all of them. problem: a job cannot start.
 */
export type Level = "ok" | "note" | "warning" | "problem";

export interface Finding {
  readonly level: Level;
  /** Kebab case, for programs. */
  readonly code: string;
  /** What it is about, in a word or two. */
  readonly subject: string;
  readonly text: string;
  /** What to do about it: a sentence. */
  readonly advice?: string;
}

export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

export function finding(
  level: Level,
  code: string,
  subject: string,
  text: string,
  advice?: string,
): Finding {
  return { level, code, subject, text, ...(advice !== undefined && { advice }) };
}

/** `1 warning`, `2 warnings` */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
