/** Which capabilities a process gets. */
import { allCapabilities, isHeld } from "../host/capabilities.ts";
import { BpmError } from "../report/errors.ts";
import { nearest } from "../report/nearest.ts";

/** All up to AUDIT_READ: later ones were split off SYS_ADMIN, which a privileged process has. */
const heldWhenPrivileged = allCapabilities.slice(0, allCapabilities.indexOf("AUDIT_READ") + 1);

/**
 * The numbers of the capabilities that a process gets, in order. `held` has a bit for each that
 * bpm itself holds: a listed one that is not among them is an error, while a privileged process
 * gets what there is. Names that no capability has count for nothing, as in the Go implementation.
 */
export function planCapabilities(
  names: readonly string[],
  privileged: boolean,
  held: bigint,
): number[] {
  const listed = names.filter(isCapability).map((name) => numberOf(name, held));
  const granted = privileged ? heldWhenPrivileged.map((_, number) => number) : [];
  const available = granted.filter((number) => isHeld(held, number));
  return [...new Set([...listed, ...available])].sort((a, b) => a - b);
}

function numberOf(name: string, held: bigint): number {
  const number = (allCapabilities as readonly string[]).indexOf(name);
  if (isHeld(held, number)) return number;
  throw new BpmError("capability-unavailable", `capability ${name} is not available on this host`, {
    hint: "This kernel does not know it, or the container that bpm runs in was not given it.",
  });
}

/** What to say of listed names that no capability has. */
export function unknownCapabilities(names: readonly string[]): string[] {
  return names
    .filter((name) => !isCapability(name))
    .map((name) => {
      const near = nearest(name.replace(/^CAP_/i, ""), allCapabilities);
      const advice =
        near === undefined
          ? "capabilities(7) lists them; they are written without CAP_"
          : `did you mean ${near}?`;
      return `capability ${JSON.stringify(name)} does not exist, and is left out; ${advice}`;
    });
}

function isCapability(name: string): boolean {
  return (allCapabilities as readonly string[]).includes(name);
}
