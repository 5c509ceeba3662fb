/** Names of signals. */
import { constants } from "node:os";

/** `SIGKILL` for 9; a signal without a name, as the real-time ones, stays a number. */
export function signalName(number: number): string {
  const entry = Object.entries(constants.signals).find(([, value]) => value === number);
  return entry === undefined ? `signal ${number}` : entry[0];
}
