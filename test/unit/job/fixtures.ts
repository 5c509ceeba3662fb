/** Jobs in a temporary directory, and values in the form that YAML has. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Hash, isHash, type Value } from "../../../src/job/value.ts";
import { readPsych } from "../../../src/job/yaml/psych.ts";

export function value(yaml: string): Value {
  return readPsych(yaml, "test").value;
}

export function mapping(yaml: string): Hash {
  const found = value(yaml);
  if (found === null) return new Map();
  if (!isHash(found)) throw new Error(`no mapping: ${yaml}`);
  return found;
}

/** JSON, with what `number` makes of the text of each number. */
export function parseJson(text: string, number: (source: string) => unknown): unknown {
  // TypeScript's library does not know yet that the text is passed along.
  const parse = JSON.parse as (
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ) => unknown;
  return parse(text, (_key, one, { source }) =>
    typeof one === "number" && source !== undefined ? number(source) : one,
  );
}

/** A directory for one test file; `remove` when done. */
export class Release {
  readonly path = mkdtempSync(join(tmpdir(), "bpm-job-"));

  /** Writes files below the release's directory. */
  write(files: Readonly<Record<string, string | Uint8Array>>): this {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.path, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    return this;
  }

  /** Writes a job `web` with one template `t.erb`, which becomes `config/t`. */
  job(template: string, spec = "", name = "web"): string {
    this.write({
      [`jobs/${name}/spec`]: `name: ${name}\ntemplates: {t.erb: config/t}\n${spec}`,
      [`jobs/${name}/monit`]: "",
      [`jobs/${name}/templates/t.erb`]: template,
    });
    return join(this.path, "jobs", name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
