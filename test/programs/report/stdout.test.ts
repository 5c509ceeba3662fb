import { describe, expect, test } from "bun:test";
import { join } from "node:path";

const module = join(import.meta.dir, "../../../src/report/stdout.ts");
const words = Array.from({ length: 50_000 }, (_, index) => `${index}\n`).join("");

/** Runs a script with `print`, standard output being what the shell makes of it. */
function spawn(script: string, redirection: string) {
  const code = `import { print } from ${JSON.stringify(module)};
    const words = Array.from({ length: 50_000 }, (_, index) => index + "\\n").join("");
    try { ${script} } catch (error) { console.error(error.code, error.message); process.exit(3); }`;
  const command = ["bash", "-c", `"$@" ${redirection}`, "bash", process.execPath, "-e", code];
  const { stdout, stderr } = Bun.spawnSync(command);
  return { stdout: stdout.toString(), stderr: stderr.toString() };
}

describe("print", () => {
  test.each([
    ["a pipe", "await print(words);", "| cat"],
    ["a pipe, as bytes", "await print(new TextEncoder().encode(words));", "| cat"],
    [
      "a pipe that is full and does not block",
      `
      const writer = Bun.file(1).writer(); // sets O_NONBLOCK
      await writer.flush();
      await print(words);`,
      "| (sleep 0.2; cat)",
    ],
  ])("writes all of a long text to %s", (_, script, redirection) => {
    expect(spawn(script, redirection)).toEqual({ stdout: words, stderr: "" });
  });

  test("writes nothing for nothing", () => {
    expect(spawn('await print("");', "")).toEqual({ stdout: "", stderr: "" });
  });

  test.each([
    [
      "a full disk",
      "> /dev/full",
      "output failed to write to standard output: write: no space left on device (ENOSPC)\n",
    ],
    ["a reader that went away", "| true", "broken-pipe standard output was closed by its reader\n"],
  ])("notices %s", (_, redirection, stderr) => {
    expect(spawn("while (true) await print(words);", redirection).stderr).toBe(stderr);
  });
});
