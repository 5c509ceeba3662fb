/** What surrounds a call of bpm (directory, environment, library, descriptors) must not matter. */

import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BoshRoot } from "../support/bosh-root.ts";
import { leftovers, nothing } from "../support/clean-up.ts";
import { run } from "../support/command.ts";
import { probeSleeping, reportFrom, ways, type Report } from "../support/inside.ts";
import { statusField } from "../support/process.ts";
import { copyProduct, installedProduct, isSandboxed } from "../support/product.ts";

/** A directory whose files would run code in a careless program. */
function hostileDirectory(root: BoshRoot): { directory: string; trace: string } {
  const directory = root.at("data/hostile");
  const trace = root.at("data/trace");
  const attack = `require("fs").writeFileSync(${JSON.stringify(trace)}, "owned");`;
  mkdirSync(join(directory, "node_modules/citty"), { recursive: true });
  const preload = 'preload = ["./attack.js"]\n';
  const paths = '"paths":{"*":["./attack.js"],"node:fs":["./attack.js"]}';
  const files = {
    "bunfig.toml": `${preload}[run]\n${preload}[test]\n${preload}`,
    ".bunfig.toml": preload,
    ".env": 'BPM_BOSH_ROOT=/nowhere\nBUN_OPTIONS="--preload=./attack.js"\n',
    ".env.local": 'BPM_BOSH_ROOT=/nowhere\nNODE_OPTIONS="--require ./attack.js"\n',
    ".env.production": "BPM_BOSH_ROOT=/nowhere\n",
    "attack.js": attack,
    "package.json": '{"type":"commonjs","main":"attack.js","bun":{"preload":["./attack.js"]}}',
    "tsconfig.json": `{"compilerOptions":{${paths}}}`,
    "jsconfig.json": `{"compilerOptions":{${paths}}}`,
    "node_modules/citty/index.js": attack,
    "libbpm.so": "not a library",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return { directory, trace };
}

describe.skipIf(!isSandboxed)("In a directory with hostile files", () => {
  test.each(["version", "list", "start web", "help"])("bpm %s runs none of them", async (line) => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const { directory, trace } = hostileDirectory(root);
    const words = line.split(" ");
    const expected = await root.bpm(words);
    expect(await root.bpm(words, { cwd: directory })).toEqual(expected);
    expect(expected.code).toBe(0);
    expect(existsSync(trace)).toBe(false);
  });

  test("a hostile HOME or XDG_CONFIG_HOME changes nothing", async () => {
    await using root = new BoshRoot();
    const { directory, trace } = hostileDirectory(root);
    const env = { HOME: directory, XDG_CONFIG_HOME: directory };
    expect((await root.bpm(["list"], { env })).stdout).toBe("Name Pid Status\n");
    expect(existsSync(trace)).toBe(false);
  });

  // The JavaScript engine gives up before bpm's own code runs; it must do so in one sentence.
  test("a directory that is gone is a clear error", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const gone = root.at("data/gone");
    const script = `mkdir ${gone}; cd ${gone}; rmdir ${gone}; exec ${root.bpmProgram} start web`;
    const { code, stderr } = await run(["/bin/sh", "-c", script], { env: root.environment() });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: The current working directory was deleted[^\n]*\n$/);
    expect(leftovers(root)).toEqual(nothing);
  });
});

describe.skipIf(!isSandboxed)("The library", () => {
  /** A copy of the product to spoil, and bpm start with it. */
  async function startWith(spoil: (directory: string) => void) {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const directory = mkdtempSync("/tmp/product-");
    copyProduct(directory);
    spoil(directory);
    const options = { env: root.environment() };
    const result = await run([join(directory, "bpm"), "start", "web"], options);
    expect(leftovers(root).processes.length).toBe(result.code === 0 ? 2 : 0);
    await root.bpm(["stop", "web"]);
    rmSync(directory, { recursive: true });
    return { ...result, library: join(directory, "libbpm.so"), directory };
  }

  const spoils: [what: string, spoil: (directory: string) => void][] = [
    ["is missing", (directory) => rmSync(join(directory, "libbpm.so"))],
    ["belongs to somebody else", (directory) => chownSync(join(directory, "libbpm.so"), 2000, 0)],
    ["can be written by its group", (directory) => chmodSync(join(directory, "libbpm.so"), 0o664)],
    ["can be written by everybody", (directory) => chmodSync(join(directory, "libbpm.so"), 0o646)],
    ["lies in somebody else's directory", (directory) => chownSync(directory, 2000, 0)],
    ["lies in a directory that a group can write to", (directory) => chmodSync(directory, 0o775)],
    ["is no library", (directory) => writeFileSync(join(directory, "libbpm.so"), "hello")],
    [
      "is another library",
      (directory) => {
        const [another = ""] = [
          ...new Bun.Glob("usr/lib/*/libm.so.6").scanSync({ cwd: "/", absolute: true }),
        ];
        copyFileSync(another, join(directory, "libbpm.so"));
      },
    ],
    [
      "is a link to somebody else's",
      (directory) => {
        rmSync(join(directory, "libbpm.so"));
        copyFileSync(join(installedProduct(), "libbpm.so"), "/tmp/host/foreign.so");
        chownSync("/tmp/host/foreign.so", 2000, 0);
        symlinkSync("/tmp/host/foreign.so", join(directory, "libbpm.so"));
      },
    ],
  ];
  test.each(spoils)("that %s is named, and nothing is started", async (_, spoil) => {
    const { code, stdout, stderr, library, directory } = await startWith(spoil);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Error: [^\n]+\n([^\n]+\n)?$/);
    expect(stderr.includes(library) || stderr.includes(directory)).toBe(true);
  });

  test("of another build is refused: half an upgrade", async () => {
    const { code, stderr, library, directory } = await startWith((place) => {
      const file = join(place, "libbpm.so");
      const bytes = readFileSync(file);
      // The number that bpm_abi returns is an immediate of a mov: make it another.
      const abi = abiOf(file);
      const at = bytes.indexOf(Buffer.from(Uint32Array.of(abi).buffer));
      bytes.writeUInt32LE((abi ^ 1) >>> 0, at);
      writeFileSync(file, bytes);
    });
    expect(code).toBe(1);
    expect(stderr).toContain(library);
    expect(stderr).toContain(join(directory, "bpm"));
  });

  test("is found beside the real executable, whatever links lead to that", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    symlinkSync(root.bpmProgram, root.at("data/second"));
    symlinkSync("second", root.at("data/third"));
    const { code, stderr } = await run([root.at("data/third"), "start", "web"], {
      env: root.environment(),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("is not searched for in LD_LIBRARY_PATH or the working directory", async () => {
    await using root = new BoshRoot();
    const { directory } = hostileDirectory(root);
    root.job("web", probeSleeping);
    const env = { LD_LIBRARY_PATH: directory };
    expect((await root.bpm(["start", "web"], { env, cwd: directory })).code).toBe(0);
  });

  test.skipIf(Bun.which("readelf") === null)("needs no libc and no symbol from elsewhere", () => {
    const library = join(installedProduct(), "libbpm.so");
    const readelf = Bun.spawnSync(["readelf", "--wide", "--dynamic", "--dyn-syms", library]);
    const text = readelf.stdout.toString();
    expect(text).not.toContain("(NEEDED)");
    const undefinedNames = text.split("\n").filter((line) => / UND +\S/.test(line));
    expect(undefinedNames).toEqual([]);
  });
});

function abiOf(library: string): number {
  const script = `import { dlopen } from "bun:ffi";
    const { symbols } = dlopen(${JSON.stringify(library)}, { bpm_abi: { returns: "u32" } });
    console.log(symbols.bpm_abi());`;
  return Number(Bun.spawnSync([process.execPath, "--eval", script]).stdout.toString());
}

describe.skipIf(!isSandboxed)("What bpm's caller leaves open or set", () => {
  test.each([...ways])("reaches neither job nor init of %s", async (way) => {
    await using root = new BoshRoot();
    root.job("web", { args: ["report", ...(way === "start" ? ["stay"] : [])] });
    const caller = [
      "exec 3</etc/passwd 9>/tmp/nine 200</",
      "trap '' HUP INT QUIT PIPE USR1 TERM",
      "umask 077",
      "export SECRET=s3cret LD_PRELOAD= BASH_ENV=/tmp/x",
      "ulimit -S -c 0",
      `cd / && exec nice -n 5 ${root.bpmProgram} ${way} web`,
    ].join("\n");
    const { code, stdout, stderr } = await run(["/bin/bash", "-c", caller], {
      env: root.environment(),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    if (way === "start") await root.printed("web", "ready");
    const text = way === "run" ? stdout : (root.stdout("web").split("\n")[0] ?? "");
    const report = JSON.parse(text) as Report;
    expect(report.descriptors.map(({ number }) => number)).toEqual([0, 1, 2]);
    expect(statusField(report.status, "SigIgn")).toBe("0".repeat(16));
    expect(statusField(report.status, "SigBlk")).toBe("0".repeat(16));
    expect(statusField(report.status, "Umask")).toBe("0022");
    expect(statusField(report.parent_status, "SigIgn")).toBe("0".repeat(16));
    expect(report.environment.join("\n")).not.toMatch(/SECRET|LD_|BASH/);
  });

  test("does not matter when it is nothing: no descriptors at all", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const script = `exec 0<&- 1>&- 2>&-; exec ${root.bpmProgram} start web`;
    expect((await run(["/bin/sh", "-c", script], { env: root.environment() })).code).toBe(0);
    const { descriptors } = await reportFrom(root, "start", {}, "other");
    expect(descriptors.map(({ number }) => number)).toEqual([0, 1, 2]);
  });

  test("does not matter when it is too small a stack, or a blocked signal", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["report", "stay"] });
    const perl =
      "use POSIX; sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGTERM, SIGCHLD, SIGUSR2));" +
      " exec @ARGV";
    const argv = ["perl", "-e", perl, root.bpmProgram, "start", "web"];
    expect((await run(argv, { env: root.environment() })).code).toBe(0);
    await root.printed("web", "ready");
    const report = JSON.parse(root.stdout("web").split("\n")[0] ?? "") as Report;
    expect(statusField(report.status, "SigBlk")).toBe("0".repeat(16));
    await root.stop("web");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("keeps the executable and the library from nobody: no writable copy inside", async () => {
    await using root = new BoshRoot();
    const { mounts } = await reportFrom(root, "start");
    expect(mounts).not.toContain("libexec/bpm");
  });
});
