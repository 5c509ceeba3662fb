/** Cases with the director's answers, where they are at hand: they are no part of the project. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bindProperties } from "../../../src/job/bind.ts";
import { standardInstance, templateSpec, withFields } from "../../../src/job/instance.ts";
import type { Unit } from "../../../src/job/renderer/unit.ts";
import { parseSpec } from "../../../src/job/spec.ts";
import { hash } from "../../../src/job/value.ts";
import { projectDirectory } from "../../support/product.ts";
import { mapping, parseJson } from "../../unit/job/fixtures.ts";

const casesDirectory = join(projectDirectory, "../shared/jobs/edge");
export const hasCases = existsSync(casesDirectory);

interface ExpectedError {
  readonly class: string;
  readonly text: string;
  readonly line?: string;
  readonly stage?: string;
}

export interface EdgeCase {
  readonly id: string;
  readonly output?: string;
  readonly error?: ExpectedError;
  /** Throws when the properties cannot be bound. */
  unit(): Unit;
}

const dns = {
  azs: { z1: 1, z2: 2 },
  networks: { Net_A: 7 },
  groups: { "instance-group/My_DB/Dep_1": 3, "link/db-sql/Dep_1": 4 },
};

export function edgeCases(): EdgeCase[] {
  if (!hasCases) return [];
  const files = readdirSync(casesDirectory)
    .filter((file) => file.endsWith(".json"))
    .sort();
  return files.map((file) => {
    const text = readFileSync(join(casesDirectory, file), "utf8");
    const found = JSON.parse(text) as Omit<EdgeCase, "unit"> & { template: string };
    return { ...found, unit: () => unitOf(text, found.template) };
  });
}

/** JSON is YAML, and read as such its integers stay exact. */
function unitOf(text: string, template: string): Unit {
  const part = (name: string) => mapping(exactPart(text, name));
  const spec = parseSpec(exactPart(text, "spec"), "spec");
  const properties = bindProperties(spec.properties, part("properties"));
  const instance = withFields(
    standardInstance(spec.name),
    [...part("instance")].map(([name, one]) => [String(name), one]),
  );
  const release = hash({ name: "local", version: "0" });
  return {
    job: spec.name,
    spec: templateSpec(instance, { properties, links: part("links"), release }),
    dns,
    templates: [{ source: "t.erb", text: template }],
  };
}

function exactPart(text: string, name: string): string {
  const parts = parseJson(text, (source) => JSON.rawJSON(source)) as Record<string, unknown>;
  return JSON.stringify(parts[name]);
}
