/** Follows aliases, and stops where they would make a small file endless or enormous. */
import type { Finding } from "../finding.ts";
import type { AliasNode, YamlNode } from "../yaml/nodes.ts";

/** Ends the decoding of a file: going on would never end, or end in nonsense. */
export class DecodingStopped extends Error {
  readonly finding: Finding;

  constructor(node: YamlNode, message: string) {
    super(message);
    this.finding = { path: "", offset: node.offset, message };
  }
}

export class AliasFollower {
  readonly #followed = new Set<AliasNode>();
  #visits = 0;
  #visitsBelowAliases = 0;

  /**
   * To be called for every node that is decoded. The bounds are those of Go's decoder: a file whose
   * values are nearly all repetitions by alias is an attack ("billion laughs") or a mistake.
   */
  count(node: YamlNode): void {
    this.#visits += 1;
    if (this.#followed.size > 0) this.#visitsBelowAliases += 1;
    if (this.#visits > 1000 && this.#visitsBelowAliases > 0.99 * this.#visits) {
      throw new DecodingStopped(node, "aliases repeat so much that the file would become enormous");
    }
  }

  follow<T>(alias: AliasNode, decode: (target: YamlNode) => T): T {
    if (this.#followed.has(alias)) {
      throw new DecodingStopped(alias, `the value of &${alias.name} contains itself`);
    }
    this.#followed.add(alias);
    const decoded = decode(alias.target);
    this.#followed.delete(alias);
    return decoded;
  }
}
