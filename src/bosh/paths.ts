/**
 * Where things are below the BOSH root. Every path has two sides: external (on the host, below
 * BPM_BOSH_ROOT) and internal (in the sandbox, always below /var/vcap). The sides are distinct
 * types, so that a path of one cannot be used where the other is meant.
 */
import { BpmError } from "../report/errors.ts";

declare const side: unique symbol;
/** A path as the host sees it. */
export type HostPath = string & { readonly [side]: "host" };
/** A path as the process in the sandbox sees it, and as bpm.yml writes it. */
export type JailPath = string & { readonly [side]: "jail" };

/** The BOSH root inside every sandbox, and on the host unless BPM_BOSH_ROOT names another. */
export const internalRoot = "/var/vcap";

export interface BoshRoot {
  readonly root: string;
}

/** The root that the environment names. */
export function boshRoot(environment: Readonly<Record<string, string | undefined>>): BoshRoot {
  const root = environment["BPM_BOSH_ROOT"];
  if (root === undefined || root === "") return { root: internalRoot };
  const [before, ...components] = root.split("/");
  const isCanonical = before === "" && components.every((name) => !["", ".", ".."].includes(name));
  if (!isCanonical || root.includes("\0")) {
    const given = JSON.stringify(root);
    throw new BpmError(
      "bad-bosh-root",
      `BPM_BOSH_ROOT must be an absolute, canonical path other than /, but it is ${given}`,
    );
  }
  return { root };
}

/** A place below the BOSH root. It has no text of its own: a side must be chosen. */
export class BoshPath {
  readonly #root: string;
  readonly #relative: string;

  constructor(root: BoshRoot, relative: string) {
    this.#root = root.root;
    this.#relative = relative;
  }

  external(): HostPath {
    return `${this.#root}/${this.#relative}` as HostPath;
  }

  internal(): JailPath {
    return `${internalRoot}/${this.#relative}` as JailPath;
  }

  toString(): never {
    throw new TypeError(`the path of ${this.#relative} was used as text without choosing a side`);
  }
}

/** Whether `path` is `directory` or below it. Compares components: /a/bc is not below /a/b. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/** Where a path of bpm.yml is on the host: moved with the BOSH root if below it, else the same. */
export function toHost(root: BoshRoot, path: string): HostPath {
  return moved(path, internalRoot, root.root) as HostPath;
}

/** The reverse of toHost. */
export function toJail(root: BoshRoot, path: string): JailPath {
  return moved(path, root.root, internalRoot) as JailPath;
}

function moved(path: string, from: string, to: string): string {
  return isWithin(path, from) ? to + path.slice(from.length) : path;
}
