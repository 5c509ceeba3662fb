/** The words of YAML: what the scanner makes of characters, and the parser nodes of. */

export type Token = Mark | ScalarToken | NameToken | TagToken | TagDirective;

interface Located {
  readonly offset: number;
  readonly end: number;
}

/**
 * What has no content. A block begins and ends where lines are indented further or less again; a
 * key stands before `? ` or, invisibly, before what a `: ` follows.
 */
export interface Mark extends Located {
  readonly kind:
    | "block-sequence"
    | "block-mapping"
    | "block-end"
    | "entry"
    | "key"
    | "value"
    | "["
    | "]"
    | "{"
    | "}"
    | ","
    | "document-start"
    | "document-end"
    | "version"
    | "end";
}

export interface ScalarToken extends Located {
  readonly kind: "scalar";
  readonly text: string;
  /** Neither quoted nor a block. */
  readonly plain: boolean;
}

export interface NameToken extends Located {
  readonly kind: "anchor" | "alias";
  readonly text: string;
}

/** `handle` is "" for a tag in full, else begins and ends with `!`. */
export interface TagToken extends Located {
  readonly kind: "tag";
  readonly handle: string;
  readonly suffix: string;
}

export interface TagDirective extends Located {
  readonly kind: "tag-directive";
  readonly handle: string;
  readonly prefix: string;
}
