/**
 * What a plain scalar means to Psych, Ruby's YAML: YAML 1.1 with additions and omissions of its
 * own. `y` is a text, `1,000` a thousand, `1:30` ninety minutes in seconds, `:x` a symbol, and a
 * date is refused where no classes are permitted.
 */
import { RubySymbol, type Value } from "../value.ts";

/** What would have to be loaded as a class that neither director nor CLI permits. */
export class DisallowedClass {
  readonly className: string;

  constructor(className: string) {
    this.className = className;
  }
}

const zone = /(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?/.source;
const clock = /\d{1,2}:\d\d:\d\d(?:\.\d*)?/.source;
const time = new RegExp(`^-?\\d{4}-\\d{1,2}-\\d{1,2}(?:[Tt]|\\s+)${clock}${zone}$`);
const date = /^\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)$/;
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}$/;
const base60Float = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}\.[0-9_]*$/;
const float = /^[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][+-][0-9]+)?$/;
const decimal = /0|[1-9](?:[0-9]|,[0-9]|_[0-9])*/.source;
const integer = new RegExp(`^[-+]?(?:0b[01_,]+|0[0-7_,]+|${decimal}|0x[0-9a-fA-F_,]+)$`);

/** Words that may only be words: nothing that begins so is a number, a date or a symbol. */
const wordLike = /^[^\d.:-]?[\p{L}\p{M}\p{Nl}_\s!@#$%^&*(){}<>|/\\~;=]+/u;

export function plainScalar(text: string): Value | DisallowedClass {
  if (text === "") return null;
  if (wordLike.test(text) || text.includes("\n")) return word(text);
  if (time.test(text)) return isTime(text) ? new DisallowedClass("Time") : text;
  if (date.test(text)) return isDate(text) ? new DisallowedClass("Date") : text;
  if (/^\+?\.inf$/i.test(text)) return Infinity;
  if (/^-\.inf$/i.test(text)) return -Infinity;
  if (/^\.nan$/i.test(text)) return NaN;
  if (/^:./s.test(text)) return RubySymbol.of(text.slice(1).replace(/^(["'])(.*)\1$/, "$2"));
  return number(text);
}

function word(text: string): Value {
  if (text.length > 5) return text;
  if (/^(?:~|null)$/i.test(text)) return null;
  if (/^(?:yes|true|on)$/i.test(text)) return true;
  return /^(?:no|false|off)$/i.test(text) ? false : text;
}

function number(text: string): Value {
  if (base60.test(text)) return sixties(text, (part) => leadingInteger(part), 0n);
  if (base60Float.test(text)) return floatSixties(text);
  if (float.test(text)) {
    if (/^[-+]?\.$/.test(text)) return text;
    return Number(text.replace(/[,_]/g, "").replace(/\.(?=[Ee]|$)/, ""));
  }
  return integer.test(text) ? integerValue(text) : text;
}

/** Every part counts sixty times the next, the first 3600 times, however many there are. */
function sixties(text: string, read: (part: string) => bigint, start: bigint): bigint {
  return text
    .split(":")
    .reduce((sum, part, index) => sum + read(part) * 60n ** BigInt(Math.abs(index - 2)), start);
}

function floatSixties(text: string): number {
  return text
    .split(":")
    .reduce(
      (sum, part, index) => sum + Number(part.replaceAll("_", "")) * 60 ** Math.abs(index - 2),
      0,
    );
}

function leadingInteger(part: string): bigint {
  const digits = part.replaceAll("_", "").replace("+", "");
  return BigInt(digits);
}

/** `Integer(text)` without separators: a leading 0 is octal, and no digits at all are no number. */
function integerValue(text: string): Value {
  const negative = text.startsWith("-");
  const digits = text.replace(/^[-+]/, "").replace(/[,_]/g, "");
  if (/^0[bx]$/.test(digits)) return text;
  const magnitude = BigInt(digits.replace(/^0(?=[0-7])/, "0o"));
  return negative ? -magnitude : magnitude;
}

function isDate(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  const parsed = new Date(Date.UTC(2000, month - 1, day));
  parsed.setUTCFullYear(year, month - 1, day);
  return parsed.getUTCMonth() === month - 1 && parsed.getUTCDate() === day;
}

/** Whether Ruby could make a Time of it; a text otherwise. */
function isTime(text: string): boolean {
  const parts = /^(-?\d{4})-(\d+)-(\d+)\D+(\d+):(\d+):(\d+)/.exec(text)?.slice(1).map(Number) ?? [];
  const [, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  return (
    month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24 && minute < 60 && second <= 60
  );
}
