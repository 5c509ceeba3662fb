/** The Bun executable of another architecture, out of the npm package of this one's version. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "./elf.ts";

const packages: Readonly<Record<Arch, string>> = {
  x86_64: "@oven/bun-linux-x64",
  aarch64: "@oven/bun-linux-aarch64",
};

interface LockedPackage {
  readonly version: string;
  readonly integrity: string;
}

/** Fetches it with npm unless it is there. package-lock.json says which one it has to be. */
export function foreignBun(top: string, arch: Arch): string {
  const name = packages[arch];
  const { version, integrity } = locked(top, name);
  const installed = join(top, "node_modules", name, "bin/bun");
  if (existsSync(installed)) return installed;
  const directory = join(top, "node_modules/.cache", `${name.replace("/", "-")}-${version}`);
  const executable = join(directory, "package/bin/bun");
  if (existsSync(executable)) return executable;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const packed = run(["npm", "pack", `${name}@${version}`, "--silent"], directory);
  const archive = join(directory, packed.trim());
  const digest = new Bun.CryptoHasher("sha512").update(readFileSync(archive)).digest("base64");
  if (`sha512-${digest}` !== integrity) {
    throw new Error(`${archive} is not what package-lock.json says: sha512-${digest}`);
  }
  run(["tar", "-xzf", archive], directory);
  rmSync(archive);
  return executable;
}

function locked(top: string, name: string): LockedPackage {
  const lock: { packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
    readFileSync(join(top, "package-lock.json"), "utf8"),
  );
  const found = lock.packages[`node_modules/${name}`];
  if (found === undefined) throw new Error(`package-lock.json has no ${name}`);
  return found;
}

function run(command: string[], cwd: string): string {
  const { success, stdout } = Bun.spawnSync(command, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  if (!success) throw new Error(`${command.join(" ")} has failed`);
  return stdout.toString();
}
