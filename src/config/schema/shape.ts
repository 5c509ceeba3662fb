/** The table of fields that the decoder goes by. It is generated from the schema. */
export type Shape = ScalarShape | ListShape | MapShape | StructShape;

export interface ScalarShape {
  readonly type: "string" | "boolean" | "int64" | "uint64";
  readonly nullable: boolean;
}

export interface ListShape {
  readonly type: "list";
  readonly items: Shape;
  readonly nullable: boolean;
  /** A null item is an error, rather than dropped. */
  readonly neverNull: boolean;
}

/** Names that the author chooses, all with values of one shape. */
export interface MapShape {
  readonly type: "map";
  readonly values: Shape;
  readonly nullable: boolean;
}

export interface StructShape {
  readonly type: "struct";
  readonly fields: Readonly<Record<string, Shape>>;
  readonly nullable: boolean;
}
