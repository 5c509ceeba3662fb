/** What surrounds a call of bpm (directory, environment, library, descriptors) must not matter. */

import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { BoshRoot } from "../support/bosh-root.ts";
import { leftovers, nothing } from "../support/clean-up.ts";
import { run } from "../support/command.ts";
import { probeSleeping, type Report, reportFrom, ways } from "../support/inside.ts";
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

  test("a directory that is gone changes nothing", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const gone = root.at("data/gone");
    for (const line of ["--version", "start web", "list", "exec web true", "stop web", "doctor"]) {
      const script = `mkdir ${gone}; cd ${gone}; rmdir ${gone}; exec ${root.bpmProgram} ${line}`;
      const found = await run(["/bin/sh", "-c", script], { env: root.environment() });
      expect({ line, ...found, stdout: "" }).toEqual({ line, code: 0, stdout: "", stderr: "" });
    }
    expect(leftovers(root)).toEqual(nothing);
  });
});

/** What makes a program that was built with Bun do something else, each with its name's family. */
const takeovers = [
  "BUN_OPTIONS=--preload=/tmp/attack.js",
  "BUN_OPTIONS=--version",
  "BUN_BE_BUN=1",
  "BUN_INSPECT=ws+unix:///tmp/inspect.sock",
  "BUN_INSPECT_PRELOAD=/tmp/attack.js",
  "BUN_INSPECT_CONNECT_TO=ws+unix:///tmp/inspect.sock",
  "BUN_INSPECT_NOTIFY=unix:///tmp/inspect.sock",
  "BUN_CONFIG_VERBOSE_FETCH=curl",
  "BUN_JSC_noSuchOption=1",
  "BUN_JSC_dumpOptions=2",
  "BUN_JSC_useJIT=0",
  "BUN_DESTRUCT_VM_ON_EXIT=1",
  "BUN_RUNTIME_TRANSPILER_CACHE_PATH=/tmp/attack.js",
  "NODE_OPTIONS=--require /tmp/attack.js",
  "NODE_CHANNEL_FD=1",
  "NODE_DEBUG=fs,child_process",
  "MIMALLOC_VERBOSE=1",
  "mimalloc_show_stats=1",
];

describe.skipIf(!isSandboxed)("An environment that is meant for Bun", () => {
  test.each(takeovers)("with %s changes nothing", async (variable) => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    rmSync("/tmp/owned", { force: true });
    writeFileSync("/tmp/attack.js", 'require("fs").writeFileSync("/tmp/owned", "");');
    const [name = "", value = ""] = variable.split(/=(.*)/s);
    // The same in front and behind, so that what stays has to close up.
    const env = { A: "1", [name]: value, B: "2" };
    for (const line of ["version", "help start", "start web", "list", "run web", "stop web"]) {
      const words = line.split(" ");
      const plain = await root.bpm(words);
      expect({ line, ...(await root.bpm(words, { env })) }).toEqual({ line, ...plain });
    }
    expect(existsSync("/tmp/owned")).toBe(false);
  });

  test("reaches nothing, not even where all of it is such", async () => {
    await using root = new BoshRoot();
    const all = takeovers.map((variable) => variable);
    const found = await run(["/usr/bin/env", "-i", ...all, root.bpmProgram, "version"]);
    expect(found).toEqual({ ...(await root.bpm(["version"])) });
  });

  test("leaves what bpm itself looks at, on all sides of it", async () => {
    await using root = new BoshRoot();
    const env = ["BUN_OPTIONS=--version", `BPM_BOSH_ROOT=${root.path}`, "BUN_BE_BUN=1", "HOME=/"];
    const found = await run(["/usr/bin/env", "-i", ...env, root.bpmProgram, "list"]);
    expect(found).toEqual({ code: 0, stdout: "Name Pid Status\n", stderr: "" });
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
    const log = root.exists("sys/log/web/bpm.log") ? root.bpmLog("web") : [];
    await root.bpm(["stop", "web"]);
    rmSync(directory, { recursive: true });
    return { ...result, log, library: join(directory, "libbpm.so"), directory };
  }

  const spoils: [what: string, spoil: (directory: string) => void][] = [
    ["is missing", (directory) => rmSync(join(directory, "libbpm.so"))],
    ["belongs to somebody else", (directory) => chownSync(join(directory, "libbpm.so"), 2000, 0)],
    ["can be written by its group", (directory) => chmodSync(join(directory, "libbpm.so"), 0o664)],
    ["can be written by everybody", (directory) => chmodSync(join(directory, "libbpm.so"), 0o646)],
    ["lies in somebody else's directory", (directory) => chownSync(directory, 2000, 0)],
    ["lies in a directory that a group can write to", (directory) => chmodSync(directory, 0o775)],
    ["is empty", (directory) => writeFileSync(join(directory, "libbpm.so"), "")],
    ["has no more than a beginning", (directory) => truncateSync(join(directory, "libbpm.so"), 20)],
    ["is cut off", (directory) => truncateSync(join(directory, "libbpm.so"), 100_000)],
    ["lacks its last byte", (directory) => shorten(join(directory, "libbpm.so"))],
    ["is for another architecture", (directory) => retarget(join(directory, "libbpm.so"))],
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
    const { code, stdout, stderr, log, library, directory } = await startWith(spoil);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Error: [^\n]+\n([^\n]+\n)?$/);
    expect(stderr.includes(library) || stderr.includes(directory)).toBe(true);
    // monit shows nobody what bpm says.
    expect(log.map(({ level, message }) => ({ level, message }))).toEqual([
      { level: "error", message: "bpm.start.failed-to-load-library" },
    ]);
    const [line = "", hint] = stderr.replace("Error: ", "").trim().split("\n");
    expect(log[0]?.data).toMatchObject({ error: line, ...(hint !== undefined && { hint }) });
  });

  test("that cannot be loaded is not logged where a job has led bpm.log astray", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const directory = mkdtempSync("/tmp/product-");
    copyProduct(directory);
    rmSync(join(directory, "libbpm.so"));
    const victim = root.write("data/victim", "precious");
    mkdirSync(root.at("sys/log/web"));
    for (const lead of [symlinkSync, linkSync]) {
      lead(victim, root.at("sys/log/web/bpm.log"));
      const options = { env: root.environment() };
      expect((await run([join(directory, "bpm"), "start", "web"], options)).code).toBe(1);
      expect(readFileSync(victim, "utf8")).toBe("precious");
      rmSync(root.at("sys/log/web/bpm.log"));
    }
    rmSync(directory, { recursive: true });
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

function shorten(file: string): void {
  truncateSync(file, statSync(file).size - 1);
}

/** Makes it a library for a machine of the other architecture: e_machine of elf(5). */
function retarget(file: string): void {
  const bytes = readFileSync(file);
  bytes.writeUInt16LE(process.arch === "x64" ? 183 : 62, 18);
  writeFileSync(file, bytes);
}

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
