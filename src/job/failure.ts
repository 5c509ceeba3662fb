/** What became of a template that did not render, as something to tell its author. */
import { nearest } from "../report/nearest.ts";
import type { Finding } from "./finding.ts";
import type { FailedFile } from "./render.ts";
import { withoutValues } from "./secrets.ts";
import { type JobSpec, parentsOf } from "./spec.ts";
import { type Hash, splitName } from "./value.ts";

interface About {
  /** The template. */
  readonly text: string;
  readonly spec: JobSpec;
  /** Values that no message may show. */
  readonly given: readonly Hash[];
}

/** What the template failed for, and whatever else it would have failed for. */
export function failureFindings(file: FailedFile, about: About): Finding[] {
  const { failure, source, path } = file;
  const [line, ...callers] = failure.lines;
  const filling = (text: string, at = line) =>
    `Error filling in template '${source}' (line ${at ?? "(unknown)"}: ${text})`;
  const missing = failure.missing.filter(
    ({ names, line: at }, index, all) =>
      index === all.findIndex((one) => one.line === at && String(one.names) === String(names)),
  );
  if (missing.length > 0) {
    return missing.map(({ names, line: at }) => ({
      ...missingProperty(path, about, names, at ?? undefined),
      director: filling(`Can't find property '${inspected(names)}'`, at ?? undefined),
    }));
  }
  const text = failure.names === null ? withoutValues(failure.text, about.given) : failure.text;
  const [first = ""] = text.trim().split("\n");
  const isRubys = failure.class !== "bpm";
  return [
    {
      file: path,
      ...placeOf(about.text, line, failure.names ?? []),
      severity: "error",
      rule: "render",
      message: failure.names === null && isRubys ? `${first} (${failure.class})` : first,
      ...(callers.length === 0 ? {} : { hint: `called from line ${callers.join(", from line ")}` }),
      ...(isRubys ? { director: filling(text) } : {}),
    },
  ];
}

function missingProperty(
  file: string,
  { text, spec }: About,
  names: readonly string[],
  line: number | undefined,
): Finding {
  const quoted = names.map((name) => JSON.stringify(name)).join(" and ");
  const [name = ""] = names;
  return {
    file,
    ...placeOf(text, line, names),
    severity: "error",
    rule: "render",
    message:
      names.length === 1
        ? `property ${quoted} has no value`
        : `none of the properties ${quoted} has a value`,
    hint: names.some((one) => isDeclared(spec, one))
      ? `give it with -s ${name}=VALUE or -p FILE`
      : undeclaredHint(spec, name),
  };
}

/** Whether the spec declares the name, one above it or one below it. */
export function isDeclared({ declared: { paths, parents } }: JobSpec, name: string): boolean {
  const path = splitName(name).join(".");
  const isBelow = () => parentsOf(path).some((parent) => paths.has(parent));
  return paths.has(path) || parents.has(path) || isBelow();
}

/** What to tell of a name that no declaration fits. */
export function undeclaredHint({ properties, file }: JobSpec, name: string): string {
  const isLike = likeness(name);
  const names = properties.map((property) => property.name).filter(isLike);
  const near = nearest(name, names);
  const line = properties.find((property) => property.name === near)?.position.line;
  const known = near === undefined ? "" : `; it declares ${JSON.stringify(near)} in line ${line}`;
  return `${file} does not declare ${JSON.stringify(name)}${known}`;
}

/** Cheaper than to compare word by word: two words are at least as far apart as their letters. */
function likeness(name: string): (other: string) => boolean {
  const most = name.length / 3;
  return (other) => {
    if (Math.abs(other.length - name.length) > most) return false;
    const letters = new Map<string, number>();
    for (const letter of name) letters.set(letter, (letters.get(letter) ?? 0) + 1);
    for (const letter of other) letters.set(letter, (letters.get(letter) ?? 0) - 1);
    const lacking = [...letters.values()].filter((count) => count > 0);
    return lacking.reduce((sum, count) => sum + count, 0) <= most;
  };
}

/** As Ruby shows a list of texts. */
function inspected(names: readonly string[]): string {
  return `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;
}

/** Ruby tells the line only; the name that had no value stands somewhere in it. */
function placeOf(text: string, line: number | undefined, names: readonly string[]) {
  if (line === undefined) return { line: 1, column: 1 };
  const written = text.split("\n")[line - 1] ?? "";
  for (const name of names) {
    const at = ['"', "'"].map((mark) => written.indexOf(mark + name + mark)).find((i) => i >= 0);
    if (at !== undefined) {
      return { line, column: [...written.slice(0, at)].length + 1, length: [...name].length + 2 };
    }
  }
  return { line, column: 1 };
}
