/**
 * The disk that every guest starts from: a Debian with systemd and what the suites use, made once
 * for each state of this file and of `customize`. No guest writes to it.
 */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { mustRun, run } from "../support/command.ts";

export interface Image {
  readonly kernel: string;
  readonly root: string;
}

/** systemd 252 still takes cgroup v1, and Linux 6.1 has its memory controller. */
const suite = "bookworm";
const packages = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "procps",
  "util-linux",
  "mount",
  "monit",
  "strace",
  "redis-server",
];
const customize = join(import.meta.dirname, "customize");
const mebibytes = 2048;

/** Takes the image out of the cache, or makes it, which takes a minute or two. */
export async function findImage(): Promise<Image> {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "bpm-test-guest");
  const directory = join(cache, key());
  if (!existsSync(directory)) {
    console.log(`Making the guests' image in ${directory}`);
    mkdirSync(cache, { recursive: true });
    const fresh = mkdtempSync(join(cache, "new-"));
    try {
      await makeImage(fresh);
      renameSync(fresh, directory);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  return { kernel: join(directory, "vmlinuz"), root: join(directory, "root.ext4") };
}

function key(): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (const file of [import.meta.path, customize]) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

async function makeImage(directory: string): Promise<void> {
  const tree = join(directory, "tree");
  const options = [
    "--mode=root",
    "--variant=minbase",
    `--include=${packages.join(",")}`,
    "--dpkgopt=force-unsafe-io",
    ...["doc", "man", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
    `--customize-hook=${customize} "$1"`,
  ];
  await mustRun(["mmdebstrap", ...options, suite, tree, ...(await mirror())], { seconds: 900 });
  await mustRun(["mv", join(tree, "boot/vmlinuz"), join(directory, "vmlinuz")]);
  await makeFileSystem(join(directory, "root.ext4"), tree, mebibytes);
  rmSync(tree, { recursive: true });
}

/** Where this machine's own apt takes Debian from; none: mmdebstrap knows a place. */
async function mirror(): Promise<string[]> {
  const format = "$(ORIGIN) $(LABEL) $(REPO_URI)";
  const { stdout } = await run(["apt-get", "indextargets", "--format", format]);
  const line = stdout.split("\n").find((text) => text.startsWith("Debian Debian "));
  return line === undefined ? [] : [line.split(" ")[2] ?? ""];
}

/** A sparse ext4 file with a copy of the tree. */
export async function makeFileSystem(file: string, tree: string, size: number): Promise<void> {
  const options = ["-q", "-t", "ext4", "-m", "0", "-O", "^has_journal", "-E", "lazy_itable_init=1"];
  await mustRun(["mke2fs", ...options, "-d", tree, file, `${size}M`], { seconds: 300 });
}
