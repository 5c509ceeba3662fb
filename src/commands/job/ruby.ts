/** The flags that choose which Ruby evaluates templates, and for how long. */
import type { FlagDefs } from "../../cli/flags.ts";
import { UsageError } from "../../report/errors.ts";

export const rubyArgs = {
  ruby: {
    type: "string",
    valueHint: "file",
    description: "the Ruby that evaluates templates, where it is not the one in PATH",
  },
  timeout: {
    type: "string",
    valueHint: "seconds",
    default: "30",
    description: "how long all templates together may take",
  },
} as const satisfies FlagDefs;

/** The number of seconds that a flag gives; fractions are allowed. */
export function readSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== "" && seconds > 0 && seconds <= 86_400) return seconds;
  throw new UsageError(`--timeout takes a number of seconds, up to 86400, not "${text}"`);
}
