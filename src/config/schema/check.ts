/** The schema as the executable carries it: without arktype. */
import type { jobFile } from "./schema.ts";
import { jobFileCheck, jobFileShape } from "./schema-macro.ts" with { type: "macro" };
import type { StructShape } from "./shape.ts";

/** Which fields there are, and what each is decoded to. */
export const jobShape = jobFileShape() as StructShape;

/**
 * Whether decoded data agrees with the schema. arktype would generate this very text, and make a
 * function of it in the same way, each time it is loaded; the macro has it when bpm is built.
 */
export const isJobFile = new Function("data", jobFileCheck()) as (
  data: unknown,
) => data is typeof jobFile.infer;
