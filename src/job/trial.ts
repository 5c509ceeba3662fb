/** What comes of jobs when they are rendered with values as they may be. */
import { bindProperties } from "./bind.ts";
import type { Finding } from "./finding.ts";
import { mergeHashes, nested } from "./given.ts";
import { damage, harmless, hostile, isSecret } from "./hostile.ts";
import type { PreparedJob } from "./prepare.ts";
import { propertyFacts } from "./properties.ts";
import { renderedFindings } from "./rendered.ts";
import { evaluateNatively, type NativeOptions } from "./renderer/native.ts";
import type { TemplateResult, Unit } from "./renderer/unit.ts";
import { unsafeValue } from "./rules/rendered.ts";
import { type LintedJob, placeIn } from "./rules/rule.ts";
import { isBelowOrSame, type JobSpec } from "./spec.ts";
import type { PropertyUse } from "./usage.ts";
import type { Hash, Value } from "./value.ts";

export interface Trial {
  readonly prepared: PreparedJob;
  readonly linted: LintedJob;
  /** Properties that were given. */
  readonly given: Hash;
}

interface Plan {
  readonly trial: Trial;
  readonly secrets: readonly string[];
  /** What has to have a value for a template to render, and was given none. */
  readonly invented: readonly string[];
}

/**
 * Renders every job as it is, and again for each of its secrets with a value that is hard to quote.
 * What has to be given and was not is made up; files that show it are compared only.
 */
export async function tryJobs(
  trials: readonly Trial[],
  options: NativeOptions,
): Promise<Finding[]> {
  const plans = trials.map(planOf);
  const units = plans.flatMap((plan) => [
    unitOf(plan, undefined),
    ...plan.secrets.map((name) => unitOf(plan, name)),
  ]);
  const queue = [...(await evaluateNatively(units, options)).results];
  return plans.flatMap((plan) => {
    const base = queue.shift() ?? [];
    return [
      ...checkFiles(plan, base),
      ...plan.secrets.flatMap((name) => compare(plan.trial, { name, base }, queue.shift() ?? [])),
    ];
  });
}

function planOf(trial: Trial): Plan {
  const bound = bindProperties(trial.prepared.spec.properties, trial.given);
  const required = propertyFacts(trial.linted).filter((one) => one.required);
  const isGiven = (name: string) =>
    name
      .split(".")
      .reduce(
        (value: Value | undefined, key) => (value instanceof Map ? value.get(key) : undefined),
        bound,
      ) != null;
  const invented = required.map(({ name }) => name).filter((name) => !isGiven(name));
  return { trial, secrets: secretsOf(trial.prepared.spec), invented };
}

function secretsOf({ properties }: JobSpec): string[] {
  const isText = (value: Value) => value === null || typeof value === "string";
  return properties
    .filter(({ name, default: value }) => isSecret(name) && isText(value))
    .map(({ name }) => name);
}

/** The job with a harmless value for every secret, and a hostile one for `name`. */
function unitOf({ trial, secrets, invented }: Plan, name: string | undefined): Unit {
  const {
    prepared: { spec, unit },
    given,
  } = trial;
  const values = [
    ...invented.map((one) => nested(one, "bpm-lint-made-up")),
    given,
    ...secrets.map((one) => nested(one, one === name ? hostile : harmless(one))),
  ];
  const properties = bindProperties(spec.properties, mergeHashes(values));
  return { ...unit, spec: new Map([...unit.spec, ["properties", properties]]) };
}

/** Files for which no template has asked for a value that was made up. */
function checkFiles(plan: Plan, base: readonly TemplateResult[]): Finding[] {
  const {
    trial: { prepared },
    secrets,
    invented,
  } = plan;
  const madeUp = [...secrets, ...invented];
  return prepared.files.flatMap(({ destination, path }, index) => {
    const { output, asked = [] } = base[index] ?? {};
    const shows = madeUp.some((name) => asked.some(([, one]) => isBelowOrSame(name, one)));
    if (output === undefined || shows) return [];
    const template = prepared.unit.templates[index]?.text ?? "";
    const job = prepared.spec.name;
    return renderedFindings({ job, destination, path, template, bytes: output });
  });
}

function compare(
  { prepared, linted }: Trial,
  { name, base }: { name: string; base: readonly TemplateResult[] },
  results: readonly TemplateResult[],
): Finding[] {
  return prepared.files.flatMap(({ source, destination }, index): Finding[] => {
    const [before, after] = [base[index]?.output, results[index]?.output];
    if (before === undefined || after === undefined) return [];
    const wrong = damage(destination, harmless(name), { before, after });
    const template = linted.templates.find((one) => one.source === source);
    if (wrong === undefined || template === undefined) return [];
    const use = template.usage.uses.find(
      (one): one is PropertyUse =>
        one.kind === "property" && one.names.some((asked) => isBelowOrSame(name, asked)),
    );
    return [
      {
        ...placeIn(template, use ?? { offset: 0 }),
        severity: unsafeValue.severity,
        rule: unsafeValue.name,
        message: `with a quote, a colon or a # in ${JSON.stringify(name)}, ${wrong}`,
        hint: `write <%= p("${name}").to_json %>, which quotes whatever has to be quoted`,
      },
    ];
  });
}
