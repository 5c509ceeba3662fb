/**
 * What the two languages say to each other, compared by the compiler: where the documents of Zig
 * and those of src differ, `tsc` does not accept this file, and names the fields.
 */
import type * as ours from "../../src/core/documents.ts";
import type { Tried } from "../../src/doctor/examine/kernel.ts";
import type * as zig from "../../zig/zig-out/contract.ts";
import type { Drift } from "./drift.ts";

/** No property may be missing in an empty object. */
type No<Field extends string> = Readonly<Record<Field, string>>;

({}) satisfies No<Drift<ours.Requests, zig.Requests>>;
({}) satisfies No<Drift<zig.Answers, ours.Answers>>;
({}) satisfies No<Drift<zig.Failure, ours.Failure>>;
({}) satisfies No<Drift<ours.Programs, zig.Programs>>;
({}) satisfies No<Drift<zig.ExitRecord, ours.ExitRecord>>;
({}) satisfies No<Exclude<zig.Feature, Tried>>;
