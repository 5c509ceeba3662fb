/** Something to tell about a place in the text. `path` names a property, or is "". */
export interface Finding {
  readonly path: string;
  readonly offset: number;
  readonly message: string;
}
