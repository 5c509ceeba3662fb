/**
 * What a scalar means. The rules are those of Go's yaml.v3, YAML 1.2 with the octal numbers of 1.1:
 * rendered templates rely on them.
 */

import type { ScalarNode } from "../yaml/nodes.ts";
import { floatToInt64, floatToUint64 } from "./numbers.ts";

/** bigint for an integer, number for a float, string for everything that is neither. */
export type ScalarValue = null | boolean | bigint | number | string;

/** Undefined when an explicit tag promises what the text does not hold, as in `!!int many`. */
export function scalarValue(node: ScalarNode): ScalarValue | undefined {
  switch (node.tag) {
    case "":
      return node.plain ? plainValue(node.text) : node.text;
    case "!!null":
      return plainValue(node.text) === null ? null : undefined;
    case "!!bool":
      return ofType("boolean", plainValue(node.text));
    case "!!int":
      return ofType("bigint", plainValue(node.text));
    case "!!float": {
      const value = plainValue(node.text);
      return ofType("number", typeof value === "bigint" ? Number(value) : value);
    }
    case "!!timestamp":
      return timestamp.test(node.text) ? node.text : undefined;
    case "!!binary":
      return decodeBase64(node.text);
    default:
      return node.text;
  }
}

const trueWords = new Set(["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"]);
const falseWords = new Set(["n", "N", "no", "No", "NO", "off", "Off", "OFF"]);

/** The words of YAML 1.1 count too, quoted or not; `"true"` in quotes does not. */
export function toBoolean(value: ScalarValue): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  if (trueWords.has(value)) return true;
  return falseWords.has(value) ? false : undefined;
}

export function toUint64(value: ScalarValue): bigint | undefined {
  if (typeof value === "bigint") return value >= 0n ? value : undefined;
  return typeof value === "number" && value <= 2 ** 64 ? floatToUint64(value) : undefined;
}

export function toInt64(value: ScalarValue): bigint | undefined {
  if (typeof value === "bigint") return value < 1n << 63n ? value : undefined;
  return typeof value === "number" && value <= 2 ** 63 ? floatToInt64(value) : undefined;
}

const words: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, NaN] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, Infinity] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, -Infinity] as const),
]);

const integer = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const timestamp = /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]| )\d{1,2}:\d{1,2}:\d{1,2}.*)?$/;

function plainValue(text: string): ScalarValue {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(text)) return text;
  const digits = text.replaceAll("_", "");
  if (integer.test(digits)) {
    const value = integerValue(digits);
    if (value >= -(1n << 63n) && value < 1n << 64n) return value;
  }
  if (!float.test(digits)) return text;
  const value = Number(digits);
  return Number.isFinite(value) ? value : text;
}

function integerValue(digits: string): bigint {
  const negative = digits.startsWith("-");
  const magnitude = digits.replace(/^[-+]/, "").replace(/^0[oO]?(?=[0-7])/, "0o");
  return negative ? -BigInt(magnitude) : BigInt(magnitude);
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Bytes that are no UTF-8 text are refused: nothing that bpm writes could carry them unchanged. */
function decodeBase64(text: string): string | undefined {
  const data = text.replace(/[\r\n]/g, "");
  if (!base64.test(data)) return undefined;
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(Buffer.from(data, "base64"));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function ofType(type: "boolean" | "bigint" | "number", value: ScalarValue) {
  return typeof value === type ? value : undefined;
}
