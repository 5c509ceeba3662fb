/** Values as the director's database keeps them: specs are stored as JSON. */
import { floatText, type Hash, isHash, RubySymbol, type Value } from "./value.ts";

/** Keys and symbols become texts. `refuse` is told of what JSON has no word for. */
export function asJson(value: Value, refuse: (reason: string) => void): Value {
  const walk = (one: Value, above: readonly Value[]): Value => {
    if (one instanceof RubySymbol) return one.name;
    if (typeof one === "number" && !Number.isFinite(one)) {
      refuse(`${floatText(one)} cannot be stored as JSON, which is how the director keeps it`);
      return null;
    }
    if (one === null || typeof one !== "object") return one;
    if (above.includes(one)) {
      refuse("a value contains itself by an alias");
      return null;
    }
    const within = [...above, one];
    if (!isHash(one)) return one.map((item) => walk(item, within));
    const pairs = [...one].map(([key, item]): [Value, Value] => [keyText(key), walk(item, within)]);
    return new Map(pairs) as Hash;
  };
  return walk(value, []);
}

/** `to_s` in Ruby, as far as a key can be anything but a text. */
function keyText(key: Value): string {
  if (key === null) return "";
  if (key instanceof RubySymbol) return key.name;
  return typeof key === "number" ? floatText(key) : String(key);
}
