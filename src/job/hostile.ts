/**
 * Whether a secret may hold any character. What a template writes without quoting it is only right
 * as long as nobody's password has a quote, a colon or a # in it.
 */
import { className, isHash, type Value } from "./value.ts";
import { PsychError, readPsych } from "./yaml/psych.ts";

/** Everything that means something to YAML, JSON or a shell. */
export const hostile = "a: \"b' #c {d\\e";

/** A value like any other, which no file holds by chance, and no other property has. */
export function harmless(name: string): string {
  return `value-of-${name.replace(/[^A-Za-z0-9]/g, "-")}-for-bpm-lint`;
}

/** Names of properties whose values are made by a machine or a person who likes odd characters. */
export function isSecret(name: string): boolean {
  const last = name.split(".").at(-1) ?? "";
  return /(?:password|passwd|passphrase|secret|token|credential)s?$/i.test(last);
}

export interface Files {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** How a file with `hostile` in the place of `value` is wrong; undefined when it is right. */
export function damage(
  destination: string,
  value: string,
  { before, after }: Files,
): string | undefined {
  const kind = fileKind(destination);
  const base = kind === undefined ? undefined : parsed(destination, before);
  if (base === undefined || !holds(base.value, value)) return undefined;
  const now = parsed(destination, after);
  if (now === undefined) return `the file is no ${kind} any more`;
  return isSame(base.value, now.value, value) ? undefined : "the file has another value";
}

/** What a file has to be, as its name says; of others it cannot be said whether they are whole. */
export function fileKind(destination: string): "JSON" | "YAML" | undefined {
  if (destination.endsWith(".json")) return "JSON";
  return /\.ya?ml$/.test(destination) ? "YAML" : undefined;
}

/** An empty file is well-formed: that is how templates say that there is nothing to say. */
export function isWellFormed(destination: string, bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes).trim() === "" || parsed(destination, bytes) !== undefined;
}

/** JSON is YAML to Psych, but not everything that is YAML is JSON. */
function parsed(destination: string, bytes: Uint8Array): { value: Value } | undefined {
  try {
    if (destination.endsWith(".json")) JSON.parse(new TextDecoder().decode(bytes));
    return { value: readPsych(bytes, destination).value };
  } catch (error) {
    if (error instanceof PsychError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function holds(value: Value, text: string): boolean {
  if (value === text) return true;
  const items = isHash(value) ? [...value].flat() : Array.isArray(value) ? value : [];
  return items.some((item) => holds(item, text));
}

/** The same values, with one text in the place of the other; parts of texts may differ. */
function isSame(before: Value, after: Value, text: string): boolean {
  if (before === text) return after === hostile;
  if (typeof before === "string") {
    return before === after || (before.includes(text) && typeof after === "string");
  }
  if (Array.isArray(before)) {
    return (
      Array.isArray(after) &&
      before.length === after.length &&
      before.every((item, index) => isSame(item, after[index] ?? null, text))
    );
  }
  if (!isHash(before)) return Object.is(before, after) || className(before) === "Symbol";
  if (!isHash(after) || before.size !== after.size) return false;
  const others = [...after];
  return [...before].every(([key, item], index) => {
    const [otherKey = null, other = null] = others[index] ?? [];
    return isSame(key, otherKey, text) && isSame(item, other, text);
  });
}
