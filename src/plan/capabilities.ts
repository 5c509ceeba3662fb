/** Capabilities by name, as bpm.yml lists them, and by number, as the kernel knows them. */
import { BpmError } from "../report/errors.ts";

/** The index is the number: include/uapi/linux/capability.h, see capabilities(7). */
const NAMES = [
  "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID",
  "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW",
  "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT",
  "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD",
  "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG",
  "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE",
] as const;

export const SYS_RESOURCE = NAMES.indexOf("SYS_RESOURCE");

/** All up to AUDIT_READ: later ones were split off SYS_ADMIN, which a privileged process has. */
const PRIVILEGED = NAMES.slice(0, NAMES.indexOf("AUDIT_READ") + 1);

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

/** `CAP_…` of a number that planCapabilities returned. */
export function capabilityName(number: number): string {
  return `CAP_${NAMES[number] ?? number}`;
}

export function isHeld(held: bigint, number: number): boolean {
  return (held >> BigInt(number) & 1n) === 1n;
}

function numberOf(name: string, held: bigint): number {
  const number = (NAMES as readonly string[]).indexOf(name);
  if (number < 0) throw unknown(name);
  if (isHeld(held, number)) return number;
  throw new BpmError("capability-unavailable", `capability ${name} is not available on this host`, {
    hint: "This kernel does not know it, or the container that bpm runs in was not given it.",
  });
}

function unknown(name: string): BpmError {
  const meant = name.toUpperCase().replace(/^CAP_/, "");
  const hint = (NAMES as readonly string[]).includes(meant)
    ? `Write it as ${meant}.`
    : "capabilities(7) lists them; in bpm.yml they are written without CAP_.";
  const message = `capability ${JSON.stringify(name)} does not exist`;
  return new BpmError("unknown-capability", message, { hint });
}
