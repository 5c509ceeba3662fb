/** YAML as the decoder sees it: what was written, and where; nothing is resolved yet. */

export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

interface Located {
  /** Where the node's text begins. */
  readonly offset: number;
  /** Whether `&name` stands before it: something else in the file may refer to it. */
  readonly anchored: boolean;
}

export interface ScalarNode extends Located {
  readonly kind: "scalar";
  /** Quotes, escapes and folding undone, and nothing else: `007` stays `007`. */
  readonly text: string;
  /** Neither quoted nor a block: only plain text may mean a number, a boolean or null. */
  readonly plain: boolean;
  /** An explicit tag, `!!int` in its short form, or "". */
  readonly tag: string;
  /** Where the node's text ends. */
  readonly end: number;
}

export interface SequenceNode extends Located {
  readonly kind: "sequence";
  readonly items: YamlNode[];
}

export interface MappingEntry {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

export interface MappingNode extends Located {
  readonly kind: "mapping";
  readonly entries: MappingEntry[];
}

export interface AliasNode extends Located {
  readonly kind: "alias";
  readonly name: string;
  readonly target: YamlNode;
}
