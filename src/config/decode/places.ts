/** Remembers where in the file decoded values came from. */
import type { Finding } from "../finding.ts";
import type { YamlNode } from "../yaml/nodes.ts";

export interface Spot {
  /** As people write it: `processes[1].limits.memory`. Indexes count the items of the file. */
  readonly path: string;
  readonly node: YamlNode;
}

interface Place extends Spot {
  readonly parts: Map<string | number, Spot>;
}

/** Keyed by the decoded lists and objects themselves, so that nothing depends on dropped items. */
export class Places {
  readonly #places = new Map<object, Place>();

  add(decoded: object, spot: Spot): void {
    this.#places.set(decoded, { ...spot, parts: new Map() });
  }

  addPart(decoded: object, key: string | number, spot: Spot): void {
    this.#places.get(decoded)?.parts.set(key, spot);
  }

  /** Where a part of a decoded value was given; where the value itself was, if the part was not. */
  spot(decoded: object, key?: string | number): Spot {
    const place = this.#places.get(decoded);
    if (!place) throw new TypeError("only what the decoder made has a place in the file");
    if (key === undefined) return place;
    return place.parts.get(key) ?? { path: joinPath(place.path, key), node: place.node };
  }

  /** Something to tell about a part of a decoded value. */
  finding(decoded: object, key: string | number, message: string): Finding {
    const { path, node } = this.spot(decoded, key);
    return { path, offset: node.offset, message };
  }
}

export function joinPath(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}
