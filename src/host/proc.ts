/** Reads files of /proc/self, see proc(5). */

/**
 * The capabilities that a child can be given, a bit for each: what the process holds, and what may
 * be in a set that survives exec at all.
 */
export function findCapabilities(status: string): bigint {
  return mask(status, "CapPrm") & mask(status, "CapBnd");
}

function mask(status: string, name: string): bigint {
  const digits = new RegExp(`^${name}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1];
  return digits === undefined ? 0n : BigInt(`0x${digits}`);
}

/** The hard limit of the named line in /proc/self/limits. */
export function findHardLimit(limits: string, name: string): bigint {
  const hard = new RegExp(`^${name}\\s+\\S+\\s+(\\d+)\\s`, "m").exec(limits)?.[1];
  return hard === undefined ? 2n ** 64n - 1n : BigInt(hard);
}

/** Whether the text of uid_map is that of the namespace the machine started in. */
export function isInitialUserNamespace(uidMap: string): boolean {
  return /^\s*0\s+0\s+4294967295\s*$/.test(uidMap);
}
