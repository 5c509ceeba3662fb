/** Values as YAML on one line, in a form that Ruby reads back as the same value. */
import { floatText, isHash, RubySymbol, type Value } from "../value.ts";
import { plainScalar } from "./scalar.ts";

/** Texts stand without quotes only where nobody could take them for anything else. */
export function yamlText(value: Value): string {
  if (typeof value === "string") {
    const isPlain = /^[A-Za-z_][\w./-]*$/.test(value) && plainScalar(value) === value;
    return isPlain ? value : JSON.stringify(value);
  }
  if (value instanceof RubySymbol) return `:${value.name}`;
  if (typeof value === "number") return Number.isFinite(value) ? floatText(value) : special(value);
  if (value === null || typeof value !== "object") return String(value);
  if (!isHash(value)) return `[${value.map(yamlText).join(", ")}]`;
  return `{${[...value].map(([key, one]) => `${yamlText(key)}: ${yamlText(one)}`).join(", ")}}`;
}

function special(value: number): string {
  return Number.isNaN(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
}
