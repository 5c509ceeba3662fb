/**
 * Values on their way to Ruby: JSON, in which a list says of what kind it is, because JSON itself
 * has no symbols, no NaN, and only texts for keys.
 *
 * `["a", item…]` Array, `["h", key, value…]` Hash, `[":", name]` Symbol, `["f", text]` Float.
 */
import { BpmError } from "../report/errors.ts";
import { floatText, RubySymbol, type Value } from "./value.ts";

type Wire = null | boolean | string | bigint | readonly Wire[];

/** More would be a bomb of aliases (CWE-776), not a job's properties. */
const mostValues = 1_000_000;

/** The value as JSON text can carry it; `toJson` writes the text. */
export function encode(value: Value): Wire {
  let left = mostValues;
  const walk = (one: Value, above: readonly Value[]): Wire => {
    left -= 1;
    if (left < 0) throw new BpmError("too-large", `there are more than ${mostValues} values`);
    if (typeof one === "number") return ["f", Number.isFinite(one) ? floatText(one) : String(one)];
    if (one instanceof RubySymbol) return [":", one.name];
    if (one === null || typeof one !== "object") return one;
    if (above.includes(one)) throw new BpmError("cycle", "a value contains itself by an alias");
    const within = [...above, one];
    if (Array.isArray(one)) return ["a", ...one.map((item) => walk(item, within))];
    return ["h", ...[...one].flatMap((pair) => pair.map((part) => walk(part, within)))];
  };
  return walk(value, []);
}

/** `JSON.stringify`, with integers of any size. */
export function toJson(document: unknown): string {
  return JSON.stringify(document, (_key, value: unknown) =>
    typeof value === "bigint" ? JSON.rawJSON(value.toString()) : value,
  );
}
