/** Which file bpm-init executes, and what it tells when there is none. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { buildMilliseconds, buildPrograms } from "../../support/programs.ts";
import { encodeMessage, type Report, removeDirectories, startInit } from "./harness.ts";

const { ENOENT, EACCES, EBADMSG, E2BIG, ELOOP } = { ...constants.errno, ELOOP: 40 };

let directory = "";

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "bpm-exec-"));
  script("bin/tell", '#!/bin/sh\necho "tell $*"\n');
  script("bin/plain", 'echo "plain $0 $*"\n');
  script("other/tell", "#!/bin/sh\necho other\n");
  script("bin/bad-interpreter", "#!/no/such/interpreter\n");
  script("bin/not-executable", "#!/bin/sh\n", 0o644);
  script("denied/tell", "#!/bin/sh\n", 0o644);
  await buildPrograms();
}, buildMilliseconds);

afterAll(() => {
  rmSync(directory, { recursive: true });
  removeDirectories();
});

function script(name: string, text: string, mode = 0o755): void {
  const path = at(name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

function at(name: string): string {
  return join(directory, name);
}

async function output(argv: string[], env: string[], cwd = "/"): Promise<string> {
  const init = startInit({ argv, env, cwd });
  expect(await init.report()).toBeNull();
  expect(await init.process.exited).toBe(0);
  return init.text("stdout");
}

async function failure(argv: string[], env?: string[]): Promise<[Report | null, number]> {
  const init = startInit(env === undefined ? { argv } : { argv, env });
  return [await init.report(), await init.process.exited];
}

describe("the executable", () => {
  test("a path is taken as it is", async () => {
    expect(await output([at("bin/tell"), "a b", ""], [])).toBe("tell a b \n");
  });

  test("a relative path starts at the working directory", async () => {
    expect(await output(["./tell", "x"], [], at("bin"))).toBe("tell x\n");
  });

  test("a name is looked up in the job's own PATH, in order", async () => {
    const path = `PATH=${at("missing")}:${at("bin")}:${at("other")}`;
    expect(await output(["tell"], [path])).toBe("tell \n");
  });

  test("a file that may not be executed does not end the search", async () => {
    const path = `PATH=${at("denied")}:${at("bin/tell")}:${at("other")}`;
    expect(await output(["tell"], [path])).toBe("other\n");
  });

  test("an empty entry of PATH is the working directory", async () => {
    expect(await output(["tell"], ["PATH=/bin:"], at("bin"))).toBe("tell \n");
  });

  test("without PATH the usual places are searched", async () => {
    expect(await output(["echo", "x"], ["A=1"])).toBe("x\n");
  });

  test("a script without a first line is run by the shell", async () => {
    const path = at("bin/plain");
    expect(await output([path, "a", "b"], [])).toBe(`plain ${path} a b\n`);
    expect(await output(["plain", "a"], [`PATH=${at("bin")}`])).toBe(`plain ${path} a\n`);
  });
});

describe("what is told", () => {
  test("a missing file", async () => {
    const report: Report = { errno: ENOENT, step: "exec", subject: "/no/such/file" };
    expect(await failure(["/no/such/file"])).toEqual([report, 127]);
  });

  test("a name that is nowhere in PATH, as it was given", async () => {
    const report: Report = { errno: ENOENT, step: "exec", subject: "no-such-name" };
    expect(await failure(["no-such-name"], [`PATH=${at("bin")}:/bin`])).toEqual([report, 127]);
    expect(await failure([""])).toEqual([{ ...report, subject: "" }, 127]);
  });

  test("a file without permission, with the path where it was found", async () => {
    const subject = at("bin/not-executable");
    const report: Report = { errno: EACCES, step: "exec", subject };
    expect(await failure([subject])).toEqual([report, 126]);
    const path = `PATH=${at("missing")}:${at("bin")}:/bin`;
    expect(await failure(["not-executable"], [path])).toEqual([report, 126]);
  });

  test("a directory", async () => {
    const report: Report = { errno: EACCES, step: "exec", subject: at("bin") };
    expect(await failure([at("bin")])).toEqual([report, 126]);
  });

  test("a file whose interpreter is missing", async () => {
    const subject = at("bin/bad-interpreter");
    const report: Report = { errno: ENOENT, step: "exec interpreter of", subject };
    expect(await failure([subject])).toEqual([report, 127]);
  });

  test("arguments that are too long for the kernel", async () => {
    const report: Report = { errno: E2BIG, step: "exec", subject: "/bin/true" };
    expect(await failure(["/bin/true", "x".repeat(200_000)])).toEqual([report, 126]);
  });

  test("links that lead in a circle", async () => {
    Bun.spawnSync(["ln", "-s", "circle", at("bin/circle")]);
    const report: Report = { errno: ELOOP, step: "exec", subject: at("bin/circle") };
    expect(await failure(["circle"], [`PATH=${at("bin")}`])).toEqual([report, 126]);
  });

  // The kernel holds nobody to the limit who is root (setrlimit(2)).
  const isRoot = process.getuid?.() === 0;
  test.skipIf(!isRoot)("a process limit that leaves no room for the job", async () => {
    const other = "setpriv --reuid 54321 --regid 54321 --clear-groups";
    const init = startInit({
      argv: ["/bin/true"],
      through: `exec 9<"\${@: -1}"; ulimit -u 1; exec ${other} /proc/self/fd/9`,
    });
    const report: Report = { errno: constants.errno.EAGAIN, step: "fork", subject: "/bin/true" };
    expect(await init.report()).toEqual(report);
    expect(await init.process.exited).toBe(126);
  });
});

describe("a message that is not bpm's", () => {
  const good = encodeMessage({ argv: ["/bin/echo", "started"] });
  test.each([
    ["is empty", new Uint8Array()],
    ["has another magic number", Uint8Array.from([0, ...good.subarray(1)])],
    ["is cut", good.subarray(0, good.length - 1)],
    ["goes on", Uint8Array.from([...good, 65, 0])],
    ["is too large", new Uint8Array((8 << 20) + 1)],
  ])("%s", async (_, message) => {
    const init = startInit({ argv: [], message });
    expect(await init.report()).toMatchObject({ errno: EBADMSG, step: "read message" });
    expect(await init.process.exited).toBe(126);
    expect(init.text("stdout")).toBe("");
  });
});
