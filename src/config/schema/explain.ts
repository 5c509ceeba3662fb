/** Says what is wrong with decoded data. It loads arktype, so only an invalid file may load it. */
import { type } from "arktype";
import { jobFile } from "./schema.ts";

export interface Violation {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export function explain(data: unknown): Violation[] {
  const result = jobFile(data);
  if (!(result instanceof type.errors)) return [];
  return result.map(({ path, message }) => ({ path: [...path], message }));
}
