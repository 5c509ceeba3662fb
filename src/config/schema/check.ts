/** The schema as the executable carries it: without arktype. */
import { jobFileShape } from "./schema-macro.ts" with { type: "macro" };
import type { StructShape } from "./shape.ts";

/** Which fields there are, and what each is decoded to. */
export const jobShape = jobFileShape() as StructShape;

export { isJobFile } from "./is-job-file.js";
