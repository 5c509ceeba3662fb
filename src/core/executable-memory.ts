/**
 * Why the engine may have been refused memory that it can execute, which it calls the library
 * with. Where it has none it says "bun:ffi requires the JIT".
 */
import { readFileSync } from "node:fs";

/** A sentence for the operator. */
export function whyNotExecutable(): string {
  return explain(read("/proc/self/limits"), read("/proc/sys/vm/overcommit_memory"));
}

export function explain(limits: string, overcommit: string): string {
  for (const [name, option] of [
    ["Max address space", "-v"],
    ["Max data size", "-d"],
  ] as const) {
    const soft = new RegExp(`^${name}\\s+(\\d+)`, "m").exec(limits)?.[1];
    if (soft === undefined) continue;
    return (
      `bpm is limited to ${soft} bytes (ulimit ${option}) and may not raise that: ` +
      "let its caller have 8 GiB at least, or no limit."
    );
  }
  if (overcommit.trim() === "2") {
    return (
      "With vm.overcommit_memory=2 the machine has promised all the memory that it may: " +
      "raise vm.overcommit_ratio or vm.overcommit_kbytes, or add swap."
    );
  }
  return (
    "bpm may not make memory executable: take MemoryDenyWriteExecute= out of the systemd unit " +
    "that it is called from, or allow execmem to it in SELinux's policy."
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Without /proc there is nothing to say but the usual reason.
    return "";
  }
}
