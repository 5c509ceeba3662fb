/**
 * From what an operator gives and what a spec declares to the properties of a job, as the director
 * binds them: only declared names, nothing merged into a default, hashes sorted but not in lists.
 */
import { BpmError } from "../report/errors.ts";
import { quote } from "../report/escape.ts";
import type { Property } from "./spec.ts";
import { className, type Hash, isHash, RubySymbol, splitName, type Value } from "./value.ts";

type Declared = Pick<Property, "name" | "default">;

/** Throws what the director throws: a value that is no hash where names below it are declared. */
export function bindProperties(declared: readonly Declared[], given: Hash): Hash {
  const bound: Hash = new Map();
  for (const property of declared) {
    const value = lookUp(given, property.name);
    setProperty(bound, property.name, sorted(value ?? property.default));
  }
  return bound;
}

/** The names of given values that no declaration takes up, so that they have no effect. */
export function ignoredNames(declared: readonly Pick<Property, "path">[], given: Hash): string[] {
  const names = declared.map(({ path }) => path);
  const below = (hash: Hash, prefix: string): string[] =>
    [...hash].flatMap(([key, value]) => {
      const name = `${prefix}${key instanceof RubySymbol ? `:${key.name}` : String(key)}`;
      if (names.includes(name)) return [];
      const isParent = names.some((one) => one.startsWith(`${name}.`));
      return isParent && isHash(value) ? below(value, `${name}.`) : [name];
    });
  return below(given, "");
}

function lookUp(given: Hash, name: string): Value {
  let found: Value = given;
  for (const key of splitName(name)) {
    if (!isHash(found)) {
      const kind = className(found);
      throw new BpmError(
        "property-type",
        `Property '${name}' expects a hash, but received '${kind}'`,
      );
    }
    found = found.get(key) ?? null;
    if (found === null) return null;
  }
  return found;
}

/** Parents that are not there (or false, which Ruby takes for the same) become hashes. */
function setProperty(bound: Hash, name: string, value: Value): void {
  const keys = splitName(name);
  const last = keys.pop() ?? "";
  let hash = bound;
  for (const key of keys) {
    const below = hash.get(key) ?? null;
    if (below === null || below === false) hash.set(key, new Map());
    else if (!isHash(below)) {
      const parent = `${quote(key)} above it is declared too, with a ${className(below)}`;
      throw new BpmError("property-type", `property ${quote(name)} cannot be set: ${parent}`);
    }
    hash = hash.get(key) as Hash;
  }
  hash.set(last, value);
}

/** By key, at every level of hashes; a list and what is in it stays as it was. */
export function sorted(value: Value): Value {
  if (!isHash(value)) return value;
  const pairs = [...value].map(([key, one]): [Value, Value] => [key, sorted(one)]);
  return new Map(pairs.sort(([one], [other]) => compareKeys(one, other)));
}

function compareKeys(one: Value, other: Value): number {
  if (typeof one === "string" && typeof other === "string") return compareTexts(one, other);
  if (one instanceof RubySymbol && other instanceof RubySymbol) {
    return compareTexts(one.name, other.name);
  }
  if (isNumber(one) && isNumber(other)) return one < other ? -1 : Number(one > other);
  throw new BpmError("mixed-keys", "comparison of Array with Array failed", {
    hint: "The director sorts every hash, and keys of different kinds (1 and a) have no order.",
  });
}

function isNumber(value: Value): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** Ruby compares bytes, JavaScript would compare halves of surrogate pairs. */
function compareTexts(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
