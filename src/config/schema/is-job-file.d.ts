import type { jobFile } from "./schema.ts";

/** Whether decoded data agrees with the schema, as arktype would find. */
export function isJobFile(data: unknown): data is typeof jobFile.infer;
