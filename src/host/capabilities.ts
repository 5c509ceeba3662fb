/** Capabilities by number, as the kernel knows them, and by name: capabilities(7). */

/** The index is the number: include/uapi/linux/capability.h, see capabilities(7). */
export const allCapabilities = [
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETUID",
  "SETPCAP",
  "LINUX_IMMUTABLE",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_ADMIN",
  "NET_RAW",
  "IPC_LOCK",
  "IPC_OWNER",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_CHROOT",
  "SYS_PTRACE",
  "SYS_PACCT",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_NICE",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "MKNOD",
  "LEASE",
  "AUDIT_WRITE",
  "AUDIT_CONTROL",
  "SETFCAP",
  "MAC_OVERRIDE",
  "MAC_ADMIN",
  "SYSLOG",
  "WAKE_ALARM",
  "BLOCK_SUSPEND",
  "AUDIT_READ",
  "PERFMON",
  "BPF",
  "CHECKPOINT_RESTORE",
] as const;

export const sysResource = allCapabilities.indexOf("SYS_RESOURCE");

/** Whether a set, with a bit for each capability, has this one. */
export function isHeld(held: bigint, number: number): boolean {
  return ((held >> BigInt(number)) & 1n) === 1n;
}

/** `CAP_…` of a number. */
export function capabilityName(number: number): string {
  return `CAP_${allCapabilities[number] ?? number}`;
}
