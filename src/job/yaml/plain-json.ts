/** Values as JSON shows them: keys and symbols are texts. */
import { asJson } from "../json-value.ts";
import { floatText, isHash, RubySymbol, type Value } from "../value.ts";

/** What `toJson` of wire.ts writes as one would expect; what JSON has no word for is null. */
export function plainJson(value: Value): unknown {
  return plain(asJson(value, () => undefined));
}

function plain(value: Value): unknown {
  if (typeof value === "number") return JSON.rawJSON(floatText(value));
  if (value === null || typeof value !== "object" || value instanceof RubySymbol) return value;
  if (!isHash(value)) return value.map(plain);
  return Object.fromEntries([...value].map(([key, one]) => [String(key), plain(one)]));
}
