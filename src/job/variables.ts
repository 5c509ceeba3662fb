/** `((name))` in properties and manifests, filled in as `bosh interpolate` does. */
import { BpmError } from "../report/errors.ts";
import { floatText, type Hash, isHash, type Value } from "./value.ts";

const reference = /\(\((!?[-/.\w\p{L}]+)\)\)/gu;

/** Fills in every variable of every value and key. Throws the names of all that are missing. */
export function interpolate(value: Value, variables: Hash): Value {
  const missing = new Set<string>();
  const find = (name: string): Value => {
    const found = lookUp(variables, name.replace(/^!/, ""));
    if (found === undefined) missing.add(name.replace(/^!/, ""));
    return found ?? null;
  };
  const filled = fill(value, find, []);
  if (missing.size === 0) return filled;
  const names = [...missing].sort().join(", ");
  throw new BpmError("missing-variables", `there are no values for these variables: ${names}`, {
    hint: "Give them with -v NAME=VALUE or -l FILE.",
  });
}

type Find = (name: string) => Value;

function fill(value: Value, find: Find, above: readonly Value[]): Value {
  if (typeof value === "string") return fillText(value, find);
  if (value === null || typeof value !== "object" || above.includes(value)) return value;
  const within = [...above, value];
  if (Array.isArray(value)) return value.map((item) => fill(item, find, within));
  if (!isHash(value)) return value;
  return new Map(
    [...value].map(([key, one]): [Value, Value] => [
      fill(key, find, within),
      fill(one, find, within),
    ]),
  );
}

/** A text that is nothing but a variable becomes its value, of whatever kind. */
function fillText(text: string, find: Find): Value {
  const [whole] = text.matchAll(reference);
  if (whole !== undefined && whole[0] === text) return find(whole[1] ?? "");
  return text.replace(reference, (_, name: string) => {
    const value = find(name);
    if (value !== null && typeof value === "object") {
      throw new BpmError("variable-in-text", `((${name})) stands inside a text but is no scalar`);
    }
    return value === null ? "" : typeof value === "number" ? floatText(value) : String(value);
  });
}

function lookUp(variables: Hash, name: string): Value | undefined {
  if (variables.has(name)) return variables.get(name);
  const [first = "", ...rest] = name.split(".");
  let found = variables.get(first);
  for (const key of rest) found = isHash(found) ? found.get(key) : undefined;
  return found;
}
