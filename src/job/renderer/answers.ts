/** Reads what context.rb writes: lines of JSON, each followed by as many bytes as it says. */
import type { Asked, TemplateFailure, TemplateResult } from "./unit.ts";

interface Line {
  readonly ruby?: string;
  readonly error?: TemplateFailure | null;
  readonly asked?: readonly Asked[];
  readonly size: number;
}

export interface Received {
  readonly ruby: string | undefined;
  readonly results: readonly TemplateResult[];
}

/** Whatever is whole; what a program that was killed began to say is not. */
export function readAnswers(bytes: Uint8Array): Received {
  const results: TemplateResult[] = [];
  let ruby: string | undefined;
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0x0a, at);
    const line = end === -1 ? undefined : readLine(bytes.subarray(at, end));
    if (line === undefined || end + 1 + line.size > bytes.length) break;
    at = end + 1 + line.size;
    if (line.ruby !== undefined) ruby = line.ruby;
    else results.push(resultOf(line, bytes.slice(end + 1, at)));
  }
  return { ruby, results };
}

function resultOf({ error, asked = [] }: Line, output: Uint8Array): TemplateResult {
  const failure = error ?? undefined;
  return { output: failure === undefined ? output : undefined, failure, asked };
}

function readLine(bytes: Uint8Array): Line | undefined {
  try {
    const line = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Line> | null;
    return Number.isSafeInteger(line?.size) && Number(line?.size) >= 0 ? (line as Line) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
