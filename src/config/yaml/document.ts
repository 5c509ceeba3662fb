/** Reads YAML text into nodes. It decodes nothing. */
import type { Finding } from "../finding.ts";
import type { YamlNode } from "./nodes.ts";
import { tooDeepAt } from "./nesting.ts";
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
  const tooDeep = tooDeepAt(text);
  if (tooDeep !== -1) {
    const message = "lists and mappings are nested too deeply";
    const errors = [{ path: "", offset: tooDeep, message }];
    return { source: new Source(text), root: undefined, errors, warnings: [] };
  }
  const root = readSimpleYaml(text);
  if (root) return { source: new Source(text), root, errors: [], warnings: [] };
  // Not import(): reading a configuration is synchronous.
  const { readFullYaml } = require("./full-yaml.ts") as typeof import("./full-yaml.ts");
  return readFullYaml(text);
}
