/** Which capabilities a process gets. */
import { CAPABILITIES, isHeld } from "../host/capabilities.ts";
import { BpmError } from "../report/errors.ts";

/** All up to AUDIT_READ: later ones were split off SYS_ADMIN, which a privileged process has. */
const PRIVILEGED = CAPABILITIES.slice(0, CAPABILITIES.indexOf("AUDIT_READ") + 1);

/**
 * The numbers of the capabilities that a process gets, in order. `held` has a bit for each that
 * bpm itself holds: a listed one that is not among them is an error, while a privileged process
 * gets what there is.
 */
export function planCapabilities(
  names: readonly string[],
  privileged: boolean,
  held: bigint,
): number[] {
  const listed = names.map((name) => numberOf(name, held));
  const granted = privileged ? PRIVILEGED.map((_, number) => number) : [];
  const available = granted.filter((number) => isHeld(held, number));
  return [...new Set([...listed, ...available])].sort((a, b) => a - b);
}

function numberOf(name: string, held: bigint): number {
  const number = (CAPABILITIES as readonly string[]).indexOf(name);
  if (number < 0) throw unknown(name);
  if (isHeld(held, number)) return number;
  throw new BpmError("capability-unavailable", `capability ${name} is not available on this host`, {
    hint: "This kernel does not know it, or the container that bpm runs in was not given it.",
  });
}

function unknown(name: string): BpmError {
  const meant = name.toUpperCase().replace(/^CAP_/, "");
  const hint = (CAPABILITIES as readonly string[]).includes(meant)
    ? `Write it as ${meant}.`
    : "capabilities(7) lists them; in bpm.yml they are written without CAP_.";
  const message = `capability ${JSON.stringify(name)} does not exist`;
  return new BpmError("unknown-capability", message, { hint });
}
