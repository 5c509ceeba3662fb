import { describe, expect, test } from "bun:test";
import { appendFileSync, renameSync, truncateSync } from "node:fs";
import { BoshRoot } from "../../support/bosh-root.ts";
import { commandLines } from "../../support/command.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

function lines(word: string, from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, index) => `${word} ${from + index}\n`).join("");
}

/** A root with logs of 40 lines each. */
function rootWithLogs(): BoshRoot {
  const root = new BoshRoot();
  root.write("sys/log/job/job.stdout.log", lines("out", 1, 40));
  root.write("sys/log/job/job.stderr.log", lines("err", 1, 40));
  root.write("sys/log/job/worker.stdout.log", "of worker\n");
  return root;
}

const heading = (root: BoshRoot, file: string) => `==> ${root.path}/sys/log/job/${file} <==\n`;

describe.skipIf(!isSandboxed)("bpm logs", () => {
  const rows: [string[], (root: BoshRoot) => string][] = [
    [[], () => lines("out", 16, 40)],
    [["-n", "3"], () => lines("out", 38, 40)],
    [["-n3", "-e"], () => lines("err", 38, 40)],
    [["--lines=2", "--err"], () => lines("err", 39, 40)],
    [["-n", "100"], () => lines("out", 1, 40)],
    [["-n", "0"], () => ""],
    [["-p", "worker"], () => "of worker\n"],
    [["-a", "-q", "-n", "1"], () => "out 40\nerr 40\n"],
    [["-n", "1", "-q"], () => "out 40\n"],
    [
      ["-an2"],
      (root) =>
        [
          heading(root, "job.stdout.log"),
          lines("out", 39, 40),
          "\n",
          heading(root, "job.stderr.log"),
          lines("err", 39, 40),
        ].join(""),
    ],
    [
      ["-a", "-e", "-n", "1"],
      (root) =>
        [
          heading(root, "job.stdout.log"),
          "out 40\n\n",
          heading(root, "job.stderr.log"),
          "err 40\n",
        ].join(""),
    ],
  ];
  test.each(rows)("job %j", async (flags, expected) => {
    await using root = rootWithLogs();
    expect(await root.bpm(["logs", "job", ...flags])).toEqual({
      code: 0,
      stdout: expected(root),
      stderr: "",
    });
  });

  const absent = commandLines("nosuch", "job -p nosuch", "job -p worker -e");
  test.each(absent)("%s says that there are none", async (_, words) => {
    await using root = rootWithLogs();
    expect(await root.bpm(["logs", ...words])).toEqual({
      code: 1,
      stdout: "",
      stderr: "Error: logs not found\n",
    });
  });

  test.each(["abc", "-3", "1.5", ""])("refuses %p lines", async (count) => {
    await using root = rootWithLogs();
    const { code, stdout, stderr } = await root.bpm(["logs", "job", "-n", count]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Error: .*lines/m);
  });

  test.each([
    ["SIGINT", 0],
    ["SIGTERM", 1],
  ] as const)("-f shows what comes, until %s", async (signal, status) => {
    await using root = rootWithLogs();
    const following = root.spawn(["logs", "job", "-f", "-n", "1"]);
    const output = collect(following.stdout);
    await eventually("the last line", () => output.text === "out 40\n");
    appendFileSync(root.at("sys/log/job/job.stdout.log"), "more\n");
    await eventually("the new line", () => output.text === "out 40\nmore\n");
    following.kill(signal);
    expect(await following.exited).toBe(status);
  });

  test("-f follows a log that is truncated or renamed, as logrotate does", async () => {
    await using root = rootWithLogs();
    const file = root.at("sys/log/job/job.stdout.log");
    const following = root.spawn(["logs", "job", "-f", "-n", "1"]);
    const output = collect(following.stdout);
    await eventually("the last line", () => output.text === "out 40\n");
    truncateSync(file);
    appendFileSync(file, "new\n");
    await eventually("what follows truncation", () => output.text === "out 40\nnew\n");
    renameSync(file, `${file}.1`);
    root.write("sys/log/job/job.stdout.log", "newer\n");
    await eventually("what follows renaming", () => output.text === "out 40\nnew\nnewer\n");
    following.kill("SIGINT");
    expect(await following.exited).toBe(0);
  });

  test("-f shows several logs with headings", async () => {
    await using root = rootWithLogs();
    const following = root.spawn(["logs", "job", "-a", "-f", "-n", "0"]);
    const output = collect(following.stdout);
    await eventually("the headings", () => output.text.includes("job.stderr.log"));
    appendFileSync(root.at("sys/log/job/job.stdout.log"), "more\n");
    const last = `\n${heading(root, "job.stdout.log")}more\n`;
    await eventually("the new line under its heading", () => output.text.endsWith(last));
    following.kill("SIGINT");
    expect(await following.exited).toBe(0);
  });
});

/** What has arrived on a stream so far. */
function collect(stream: ReadableStream<Uint8Array>): { text: string } {
  const output = { text: "" };
  const decoder = new TextDecoder();
  void (async () => {
    for await (const chunk of stream) output.text += decoder.decode(chunk, { stream: true });
  })();
  return output;
}
