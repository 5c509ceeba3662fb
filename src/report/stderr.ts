/**
 * What bpm tells a person: consola's levels, one reporter, standard error. consola's core alone is
 * imported: its full build costs some 40 ms at start, this next to nothing.
 */
import { type ConsolaReporter, createConsola } from "consola/core";
import { escapeControl } from "./escape.ts";

const prefix: Readonly<Record<string, string>> = { error: "Error: ", warn: "Warning: " };

const reporter: ConsolaReporter = {
  log: ({ type, args }) => {
    console.error(escapeControl((prefix[type] ?? "") + args.join(" ")));
  },
};

/** `error` and `warn` prefix the message, `log` prints it as it is; repeats are not held back. */
export const stderr = createConsola({ reporters: [reporter], throttle: 0 });
