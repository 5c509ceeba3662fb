/** Reads YAML text into nodes. It decodes nothing. */
import type { Finding } from "../finding.ts";
import type { YamlNode } from "./nodes.ts";
import { readSimpleYaml } from "./simple-yaml.ts";
import { Source } from "./source.ts";

export interface YamlDocument {
  readonly source: Source;
  /** Undefined when the file holds nothing, or nothing that can be read. */
  readonly root: YamlNode | undefined;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** The first document of the text: as in Go, what follows it is not looked at. */
export function readDocument(text: string): YamlDocument {
  const root = readSimpleYaml(text);
  if (root) return { source: new Source(text), root, errors: [], warnings: [] };
  // Not import(): reading a configuration is synchronous.
  const { readFullYaml } = require("./full-yaml.ts") as typeof import("./full-yaml.ts");
  return readFullYaml(text);
}
