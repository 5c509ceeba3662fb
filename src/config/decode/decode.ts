/**
 * Decodes YAML nodes into the fields of the schema as Go's yaml.v3 does: what a scalar means is up
 * to the field that takes it. Unlike Go, it goes on after an error, to find them all.
 */

import type { Finding } from "../finding.ts";
import { jobShape } from "../schema/check.ts";
import { mismatch } from "../schema/mismatch.ts";
import type { jobFile } from "../schema/schema.ts";
import type { ListShape, MapShape, Shape, StructShape } from "../schema/shape.ts";
import { unknownKey } from "../schema/unknown-key.ts";
import type { YamlDocument } from "../yaml/document.ts";
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from "../yaml/nodes.ts";
import { AliasFollower, DecodingStopped } from "./aliases.ts";
import { entriesOf } from "./entries.ts";
import { joinPath, Places } from "./places.ts";
import { scalarValue, toBoolean, toInt64, toUint64 } from "./scalars.ts";

/** A file with every field present; what it left out is null, "" or false. */
export type JobFile = Complete<typeof jobFile.infer>;

type Complete<T> = T extends readonly (infer Item)[]
  ? Complete<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Complete<T[Key]> }
    : T;

export interface Decoded {
  /** Has empty fields where there are errors. */
  readonly file: JobFile;
  readonly places: Places;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

export function decodeJobFile({ root, source }: YamlDocument): Decoded {
  const decoder = new Decoder((node) => source.position(node.offset).line);
  const { places, errors, warnings } = decoder;
  let file: unknown;
  try {
    file = root && decoder.value(root, jobShape, "");
  } catch (error) {
    if (!(error instanceof DecodingStopped)) throw error;
    errors.push(error.finding);
  }
  return { file: (file ?? zeroOf(jobShape)) as JobFile, places, errors, warnings };
}

class Decoder {
  readonly places = new Places();
  readonly errors: Finding[] = [];
  readonly warnings: Finding[] = [];
  readonly #aliases = new AliasFollower();
  readonly #line: (node: YamlNode) => number;

  constructor(line: (node: YamlNode) => number) {
    this.#line = line;
  }

  /** Undefined when there is nothing to take: a null that the field has no use for, or an error. */
  value(node: YamlNode, shape: Shape, path: string): unknown {
    this.#aliases.count(node);
    switch (node.kind) {
      case "alias":
        return this.#aliases.follow(node, (target) => this.value(target, shape, path));
      case "scalar":
        return this.#scalar(node, shape, path);
      case "sequence":
        if (shape.type === "list") return this.#list(node, shape, path);
        return this.#refuse(node, shape, path);
      case "mapping":
        if (shape.type === "struct") return this.#struct(node, shape, path);
        if (shape.type === "map") return this.#map(node, shape, path);
        return this.#refuse(node, shape, path);
    }
  }

  #scalar(node: ScalarNode, shape: Shape, path: string): unknown {
    const value = scalarValue(node);
    if (value === undefined) {
      const message = `this value is no ${node.tag}`;
      this.errors.push({ path, offset: node.offset, message });
      return undefined;
    }
    if (value === null) return shape.nullable ? null : undefined;
    const taken =
      shape.type === "string"
        ? typeof value === "string"
          ? value
          : node.text
        : shape.type === "boolean"
          ? toBoolean(value)
          : shape.type === "uint64"
            ? toUint64(value)
            : shape.type === "int64"
              ? toInt64(value)
              : undefined;
    return taken ?? this.#refuse(node, shape, path);
  }

  /** Items that come to nothing are dropped, and the list closes up. */
  #list(node: SequenceNode, shape: ListShape, path: string): unknown[] {
    const list: unknown[] = [];
    this.places.add(list, { path, node });
    node.items.forEach((item, index) => {
      const itemPath = joinPath(path, index);
      const errors = this.errors.length;
      const value = this.value(item, shape.items, itemPath);
      if (value !== undefined) {
        this.places.addPart(list, list.length, { path: itemPath, node: item });
        list.push(value);
      } else if (shape.neverNull && errors === this.errors.length) {
        this.#refuse(item, shape.items, itemPath);
      }
    });
    return list;
  }

  #map(node: MappingNode, shape: MapShape, path: string): Record<string, unknown> {
    const entries = this.#entries(node, path).map(({ name, value }) => {
      const valuePath = joinPath(path, name);
      const decoded = this.value(value, shape.values, valuePath) ?? zeroOf(shape.values);
      return { name, decoded, spot: { path: valuePath, node: value } };
    });
    const map = Object.fromEntries(entries.map(({ name, decoded }) => [name, decoded]));
    this.places.add(map, { path, node });
    for (const { name, spot } of entries) this.places.addPart(map, name, spot);
    return map;
  }

  #struct(node: MappingNode, shape: StructShape, path: string): Record<string, unknown> {
    const struct = zeroOf({ ...shape, nullable: false }) as Record<string, unknown>;
    this.places.add(struct, { path, node });
    for (const { name, key, value } of this.#entries(node, path)) {
      const fieldPath = joinPath(path, name);
      const field = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
      if (!field) {
        if (!value.anchored) this.warnings.push(unknownKey(name, key, shape, fieldPath));
        continue;
      }
      this.places.addPart(struct, name, { path: fieldPath, node: value });
      const decoded = this.value(value, field, fieldPath);
      if (decoded !== undefined) struct[name] = decoded;
    }
    return struct;
  }

  #entries(node: MappingNode, path: string): ReturnType<typeof entriesOf> {
    const report = (finding: Finding): unknown => this.errors.push(finding);
    return entriesOf(node, { aliases: this.#aliases, line: this.#line, report, path });
  }

  #refuse(node: YamlNode, shape: Shape, path: string): undefined {
    this.errors.push({ path, offset: node.offset, message: mismatch(shape, node) });
    return undefined;
  }
}

/** What Go has in a field that the file says nothing about. */
function zeroOf(shape: Shape): unknown {
  if (shape.nullable) return null;
  switch (shape.type) {
    case "string":
      return "";
    case "boolean":
      return false;
    case "int64":
    case "uint64":
      return 0n;
    case "list":
      return [];
    case "map":
      return {};
    case "struct":
      return Object.fromEntries(
        Object.entries(shape.fields).map(([name, field]) => [name, zeroOf(field)]),
      );
  }
}
