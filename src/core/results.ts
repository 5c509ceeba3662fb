/** What came of an action, by its index in the list. */
import { BpmError } from "../report/errors.ts";
import type { Result } from "./actions.ts";
import type { LaunchResponse } from "./documents.ts";

/** The descriptor of what was opened. */
export function descriptorAt(results: readonly Result[], index: number): number {
  const result = results[index];
  if (result !== undefined && "fd" in result) return result.fd;
  throw unexpected(index, "a descriptor");
}

/** The process that was started. */
export function launchedAt(results: readonly Result[], index: number): LaunchResponse {
  const result = results[index];
  if (result !== undefined && "launched" in result) return result.launched;
  throw unexpected(index, "a process");
}

function unexpected(index: number, what: string): BpmError {
  return new BpmError("internal", `${what} was to come of action ${index}`);
}
