/** Memory quantities: a number with a unit, every unit a power of 1024, in any case. */
import { floatToUint64 } from "./numbers.ts";

const digits = /\d+(?:_\d+)*/.source;
const number = `(?:${digits}\\.?(?:${digits})?|\\.${digits})`;
const unit = /(?:[KkMmGgTtPpEe](?:[Ii]?[Bb])?|[Bb])/.source;

/** What `limits.memory` looks like. No flags: it is the pattern of the JSON Schema as well. */
export const memoryPattern = new RegExp(`^\\s*\\+?${number}${unit}\\s*$`);

/** The wording is the Go implementation's: scripts and people know it. */
export const memoryMessage =
  "byte quantity must be a positive integer with a unit of measurement " +
  "like M, MB, MiB, G, GiB, or GB";

const units = "BKMGTPE";

/** `1.5G` → 1610612736n. Undefined when the text is no quantity. */
export function parseMemory(text: string): bigint | undefined {
  if (!memoryPattern.test(text)) return undefined;
  const quantity = text.trim().toUpperCase().replaceAll("_", "");
  const unitAt = quantity.search(/[A-Z]/);
  const bytes = Number(quantity.slice(0, unitAt)) * 1024 ** units.indexOf(quantity.charAt(unitAt));
  return floatToUint64(bytes);
}
