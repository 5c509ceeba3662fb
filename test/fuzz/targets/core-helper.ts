/** Hands requests to the library, one a line in base64: `OPERATION DOCUMENT`. Says how it went. */

import { dlopen, FFIType } from "bun:ffi";
import { createInterface } from "node:readline";

const operation = {
  args: [FFIType.ptr, FFIType.u32, FFIType.ptr, FFIType.u32],
  returns: FFIType.i32,
} as const;
const { symbols } = dlopen(process.argv[2] ?? "", {
  bpm_prepare: operation,
  bpm_hook: operation,
  bpm_signal: operation,
  bpm_destroy: operation,
  bpm_launch: operation,
});
const isOperation = (name: string): name is keyof typeof symbols => name in symbols;

for await (const line of createInterface({ input: process.stdin })) {
  const text = Buffer.from(line, "base64").toString();
  process.stdout.write(`${verdict(text)}\n`);
}

function verdict(text: string): string {
  const [name = "", ...rest] = text.split(" ");
  if (!isOperation(name)) return "answered";
  const input = new TextEncoder().encode(rest.join(" "));
  const output = new Uint8Array(64 * 1024);
  // An empty array has no address.
  if (input.length === 0) return "answered";
  const length = symbols[name](input, input.length, output, output.length);
  if (length < 0) return "answered";
  const answer: unknown = JSON.parse(new TextDecoder().decode(output.subarray(0, length)));
  const isAnswer =
    typeof answer === "object" && answer !== null && "ok" in answer !== "error" in answer;
  return isAnswer ? "answered" : `no answer: ${JSON.stringify(answer)}`;
}
