/** What this machine needs to run virtual machines. */

import { missingCommands } from "../support/debian.ts";

const tools = {
  "qemu-system-x86_64": "qemu-system-x86",
  mmdebstrap: "mmdebstrap",
  mke2fs: "e2fsprogs",
  debugfs: "e2fsprogs",
};

/** What is missing and could not be installed, in a few words; undefined when nothing is. */
export async function whatGuestsLack(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return "they are for Linux on x86-64";
  if (process.getuid?.() !== 0) return "making their image needs root, run it with sudo";
  const missing = await missingCommands(tools);
  return missing.length > 0 ? `this machine has no ${missing.join(", ")}` : undefined;
}
