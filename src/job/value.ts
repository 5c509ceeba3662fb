/**
 * Values as Ruby has them. JSON and JavaScript know fewer kinds: an Integer is a bigint here, a
 * Float a number, a Hash a Map whose keys may be of any kind and keep their order.
 */

export class RubySymbol {
  readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  static readonly #known = new Map<string, RubySymbol>();

  /** The one symbol of that name, so that it can be a key. */
  static of(name: string): RubySymbol {
    const symbol = RubySymbol.#known.get(name) ?? new RubySymbol(name);
    RubySymbol.#known.set(name, symbol);
    return symbol;
  }
}

export type Hash = Map<Value, Value>;
export type Value = null | boolean | bigint | number | string | RubySymbol | Value[] | Hash;

export function isHash(value: Value | undefined): value is Hash {
  return value instanceof Map;
}

/** What `value.class` prints in Ruby. */
export function className(value: Value): string {
  if (value === null) return "NilClass";
  if (Array.isArray(value)) return "Array";
  if (isHash(value)) return "Hash";
  if (value instanceof RubySymbol) return "Symbol";
  if (typeof value === "boolean") return value ? "TrueClass" : "FalseClass";
  if (typeof value === "bigint") return "Integer";
  return typeof value === "number" ? "Float" : "String";
}

/** A Hash of plain data; numbers that are whole become Integers. */
export function hash(entries: Readonly<Record<string, Plain>>): Hash {
  return new Map(Object.entries(entries).map(([key, value]) => [key, fromPlain(value)]));
}

export type Plain =
  | null
  | boolean
  | number
  | bigint
  | string
  | Hash
  | readonly Plain[]
  | { readonly [key: string]: Plain };

function fromPlain(value: Plain): Value {
  if (value === null || value instanceof Map) return value;
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value === "object") return hash(value as Readonly<Record<string, Plain>>);
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : (value as Value);
}

/** `"a.b.".split(".")` in Ruby: empty parts at the end are dropped, those between stay. */
export function splitName(name: string): string[] {
  const parts = name.split(".");
  while (parts.at(-1) === "") parts.pop();
  return parts;
}

/** The text of a Float that Ruby reads back as the same Float, and never as an Integer. */
export function floatText(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
