/** Templates give what the director gives, to the text of its errors. */
import { beforeAll, describe, expect, test } from "bun:test";
import { evaluateNatively } from "../../../src/job/renderer/native.ts";
import type { TemplateResult } from "../../../src/job/renderer/unit.ts";
import { missingCommands } from "../../support/debian.ts";
import { type EdgeCase, edgeCases, hasCases } from "./edge-cases.ts";

const cases = edgeCases();
const ofTemplates = cases.filter(({ error }) => error?.stage === undefined);
const ofBinding = cases.filter(({ error }) => error?.stage !== undefined);
const hasRuby = (await missingCommands({ ruby: "ruby" })).length === 0;

const results = new Map<string, TemplateResult | undefined>();
beforeAll(async () => {
  if (!hasRuby || !hasCases) return;
  const units = ofTemplates.map((one) => one.unit());
  const answer = await evaluateNatively(units, { ruby: "ruby", seconds: 60 });
  ofTemplates.forEach(({ id }, index) => results.set(id, answer.results[index]?.[0]));
});

/** What the director tells of a result; of a syntax error, whose text is Ruby's own, the class. */
function told({ id }: EdgeCase) {
  const { output, failure } = results.get(id) ?? {};
  if (output !== undefined) return { output: new TextDecoder().decode(output) };
  const isSyntax = failure?.class === "SyntaxError";
  const line = String(failure?.lines[0] ?? "(unknown)");
  return { class: failure?.class, line, ...(isSyntax ? {} : { text: failure?.text }) };
}

function expected({ output, error }: EdgeCase) {
  if (error === undefined) return { output };
  const { class: kind, line, text } = error;
  return { class: kind, line, ...(kind === "SyntaxError" ? {} : { text }) };
}

describe.skipIf(!hasCases || !hasRuby)("templates (they need Ruby and ../shared/jobs)", () => {
  test.each(ofTemplates.map((one) => [one.id, one] as const))("%s", (_, one) => {
    expect(told(one)).toEqual(expected(one) as never);
  });
});

describe.skipIf(!hasCases)("binding (the cases need ../shared/jobs)", () => {
  test.each(ofBinding.map((one) => [one.id, one] as const))("%s", (_, one) => {
    expect(() => one.unit()).toThrow(one.error?.text ?? "no error");
  });
});
