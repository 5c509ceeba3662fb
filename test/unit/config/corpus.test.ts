/**
 * Holds the decoder against what Go's decoder made of rendered configurations of public releases
 * and of edge cases. The corpus lies beside the project, in ../shared/corpus, and is no part of it.
 */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { analyse } from "../../../src/config/analysis.ts";
import { parseMemory } from "../../../src/config/decode/memory.ts";

const corpus = join(import.meta.dir, "../../../../shared/corpus");
const absent = !existsSync(corpus);

/** What the corpus says about a file, with integers as bigint: they may be above 2^53. */
interface Answer {
  readonly file: string;
  readonly config?: unknown;
  readonly memory_bytes?: Readonly<Record<string, bigint | string>>;
  readonly validate_error?: string | null;
  readonly error?: string;
}

function answers(list: string): Answer[] {
  const lines = readFileSync(join(corpus, list), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line, withBigints));
}

function withBigints(_key: string, value: unknown, { source }: { source?: string } = {}): unknown {
  return typeof value === "number" ? BigInt(source ?? value) : value;
}

const title = `the corpus${absent ? " (skipped: there is no ../shared/corpus)" : ""}`;
describe.skipIf(absent)(title, () => {
  const all = absent ? [] : [...answers("edge.jsonl"), ...answers("rendered.jsonl")];

  test.each(all.map((answer) => [answer.file, answer] as const))("%s", (file, answer) => {
    const job = /__(.*?)(?:\.full)?\.yml$/.exec(file)?.[1];
    const { decoded, errors, startErrors } = analyse(readFileSync(join(corpus, file)), { job });
    if (answer.error !== undefined) {
      expect(errors).not.toBeEmpty();
      return;
    }
    expect(decoded?.errors).toEqual([]);
    expect<unknown>(decoded?.file).toEqual(answer.config);
    const messages = errors.map(({ message }) => message);
    expect(messages[0] ?? null).toBe(answer.validate_error ?? null);
    const quantities = (decoded?.file.processes ?? []).flatMap(({ limits }, index) => {
      if (limits?.memory == null) return [];
      const refusal = startErrors.get(index)?.[0]?.message;
      return [[index, parseMemory(limits.memory) ?? `error: ${refusal}`] as const];
    });
    expect<unknown>(Object.fromEntries(quantities)).toEqual(answer.memory_bytes ?? {});
  });
});
