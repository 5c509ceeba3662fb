/** A job's spec: what it is made of, and where in the file each part stands. */
import { join } from "node:path";
import type { Position } from "../config/types.ts";
import type { YamlNode } from "../config/yaml/nodes.ts";
import { BpmError } from "../report/errors.ts";
import { quote } from "../report/escape.ts";
import { readAuthorFile, territoryOf } from "./files.ts";
import { asJson } from "./json-value.ts";
import { className, type Hash, isHash, splitName, type Value } from "./value.ts";
import { type PsychDocument, readPsych } from "./yaml/psych.ts";

export interface TemplateEntry {
  /** Below the job's directory `templates`. */
  readonly source: string;
  /** Below the job's directory on a machine. */
  readonly destination: string;
  readonly position: Position;
}

export interface Property {
  readonly name: string;
  /** The name as it is looked up: dots at its end do not count. */
  readonly path: string;
  /** Null is no default. */
  readonly default: Value;
  readonly definition: Hash;
  readonly position: Position;
}

export interface ConsumedLink {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly position: Position;
}

export interface ProvidedLink {
  readonly name: string;
  readonly type: string;
  readonly properties: readonly { readonly name: string; readonly position: Position }[];
  readonly position: Position;
}

export interface SpecProblem {
  readonly position: Position;
  readonly message: string;
}

export interface JobSpec {
  readonly file: string;
  readonly name: string;
  readonly templates: readonly TemplateEntry[];
  readonly packages: readonly string[];
  readonly properties: readonly Property[];
  /** The paths of all properties, and those of everything above them. */
  readonly declared: { readonly paths: ReadonlySet<string>; readonly parents: ReadonlySet<string> };
  readonly consumes: readonly ConsumedLink[];
  readonly provides: readonly ProvidedLink[];
  /** What keeps a director from taking the job. */
  readonly problems: readonly SpecProblem[];
  readonly document: PsychDocument;
}

/** Reads DIRECTORY/spec. Throws when it is no YAML. */
export function readSpec(directory: string): JobSpec {
  const file = join(directory, "spec");
  return parseSpec(readAuthorFile(file, territoryOf(directory)), file);
}

export function parseSpec(text: string | Uint8Array, file: string): JobSpec {
  return new SpecReader(readPsych(text, file), file).spec();
}

/** Throws the first thing that keeps a director from taking the job, and how many there are. */
export function requireValid(spec: JobSpec): void {
  const [first, ...others] = spec.problems;
  if (first === undefined) return;
  const { line, column } = first.position;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  throw new BpmError("invalid-spec", `${spec.file}:${line}:${column}: ${first.message}${more}`);
}

class SpecReader {
  readonly #document: PsychDocument;
  readonly #file: string;
  readonly #problems: SpecProblem[] = [];

  constructor(document: PsychDocument, file: string) {
    this.#document = document;
    this.#file = file;
  }

  spec(): JobSpec {
    const { value } = this.#document;
    const fields: Hash = isHash(value) ? value : new Map();
    if (!isHash(value)) {
      this.#problem([], `a spec is a mapping, but this is of class ${className(value)}`);
    }
    const properties = this.#properties(fields);
    const paths = properties.map(({ path }) => path);
    return {
      file: this.#file,
      name: this.#name(fields),
      templates: this.#templates(fields),
      packages: this.#packages(fields),
      properties,
      declared: { paths: new Set(paths), parents: new Set(paths.flatMap(parentsOf)) },
      consumes: this.#links(fields, "consumes").map((link) => ({
        ...this.#link(link),
        optional: link.fields.get("optional") === true,
      })),
      provides: this.#links(fields, "provides").map((link) => this.#provided(link)),
      problems: this.#problems,
      document: this.#document,
    };
  }

  #name(fields: Hash): string {
    const name = fields.get("name") ?? null;
    if (typeof name !== "string") this.#problem(["name"], "the job has no name");
    else if (!/^[-0-9A-Za-z_+.]+$/.test(name)) {
      const allowed = "a job's name may have only letters, digits, - + _ and .";
      this.#problem(["name"], `${quote(name)}: ${allowed}`);
    }
    return typeof name === "string" ? name : "";
  }

  #templates(fields: Hash): TemplateEntry[] {
    return this.#hash(fields, "templates").flatMap(([source, destination]) => {
      const path = ["templates", source];
      if (typeof source === "string" && typeof destination === "string") {
        return [{ source, destination, position: this.#position(path) }];
      }
      this.#problem(path, "a template is a line `FILE: DESTINATION`");
      return [];
    });
  }

  #packages(fields: Hash): string[] {
    const packages = fields.get("packages") ?? [];
    if (!Array.isArray(packages)) this.#problem(["packages"], "packages is no list");
    return Array.isArray(packages) ? packages.filter((name) => typeof name === "string") : [];
  }

  #properties(fields: Hash): Property[] {
    return this.#hash(fields, "properties").flatMap(([key, value]) => {
      const name = asJson(key, () => this.#problem(["properties", key], "not a name"));
      const position = this.#position(["properties", key]);
      if (typeof name !== "string" || name.replaceAll(".", "") === "") {
        this.#problem(["properties", key], "a property needs a name");
        return [];
      }
      if (value !== null && !isHash(value)) {
        const found = `but ${quote(name)} is of class ${className(value)}`;
        this.#problem(["properties", key], `a property is a mapping with a description, ${found}`);
        return [];
      }
      const definition = value ?? new Map<Value, Value>();
      const standard = asJson(definition.get("default") ?? null, (text) => {
        this.#problem(["properties", key, "default"], text);
      });
      const path = splitName(name).join(".");
      return [{ name, path, default: standard, definition, position }];
    });
  }

  #provided(link: LinkFields): ProvidedLink {
    const names = link.fields.get("properties") ?? [];
    const path = [...link.path, "properties"];
    if (!Array.isArray(names)) this.#problem(path, "the properties of a link are a list of names");
    const list = Array.isArray(names) ? names : [];
    const properties = list.flatMap((name, index) =>
      typeof name === "string" ? [{ name, position: this.#position([...path, index]) }] : [],
    );
    if (link.fields.has("optional")) {
      this.#problem([...link.path, "optional"], "a provided link cannot be optional");
    }
    return { ...this.#link(link), properties };
  }

  #link({ fields, path }: LinkFields) {
    const [name, type] = [fields.get("name"), fields.get("type")];
    return { name: String(name), type: String(type), position: this.#position(path) };
  }

  #links(fields: Hash, kind: "consumes" | "provides"): LinkFields[] {
    const links = fields.get(kind) ?? [];
    if (!Array.isArray(links)) {
      this.#problem([kind], `${kind} is no list`);
      return [];
    }
    const names = new Set<Value>();
    return links.flatMap((link, index) => {
      const path = [kind, index];
      const isLink =
        isHash(link) &&
        typeof link.get("name") === "string" &&
        typeof link.get("type") === "string";
      if (!isLink) {
        this.#problem(path, `each of ${kind} needs a name and a type`);
        return [];
      }
      const name = link.get("name") ?? null;
      if (names.has(name)) this.#problem(path, `${kind} has ${quote(String(name))} twice`);
      names.add(name);
      return [{ fields: link, path }];
    });
  }

  #hash(fields: Hash, key: string): [Value, Value][] {
    const value = fields.get(key) ?? null;
    if (isHash(value)) return [...value];
    if (value === null) return [];
    this.#problem([key], `${key} is of class ${className(value)}, not a mapping`);
    return [];
  }

  #problem(path: readonly Key[], message: string): void {
    this.#problems.push({ position: this.#position(path), message });
  }

  #position(path: readonly Key[]): Position {
    return positionOf(this.#document, path);
  }
}

/** Whether `parent` is the name itself or one above it. */
export function isBelowOrSame(name: string, parent: string): boolean {
  return `${name}.`.startsWith(`${splitName(parent).join(".")}.`);
}

/** `a`, `a.b` of `a.b.c`. */
export function parentsOf(path: string): string[] {
  const keys = path.split(".");
  return keys.slice(1).map((_, index) => keys.slice(0, index + 1).join("."));
}

type Key = Value | number;

interface LinkFields {
  readonly fields: Hash;
  readonly path: readonly Key[];
}

/** Where in a document a value stands that keys and indexes lead to; its nearest parent, if not. */
export function positionOf({ root, source }: PsychDocument, path: readonly Key[]): Position {
  let node = root;
  let offset = root?.offset ?? 0;
  for (const key of path) {
    const found = node === undefined ? undefined : part(node, key);
    if (found === undefined) break;
    ({ offset, node } = found);
  }
  return source.position(offset);
}

function part(node: YamlNode, key: Key): { node: YamlNode; offset: number } | undefined {
  const target = node.kind === "alias" ? node.target : node;
  if (target.kind === "sequence") {
    const item = typeof key === "number" ? target.items[key] : undefined;
    return item && { node: item, offset: item.offset };
  }
  if (target.kind !== "mapping") return undefined;
  const entry = target.entries.findLast(
    ({ key: name }) => name.kind === "scalar" && name.text === String(key),
  );
  return entry && { node: entry.value, offset: entry.key.offset };
}
