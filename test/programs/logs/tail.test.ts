import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOfLastLines } from "../../../src/logs/last-lines.ts";
import { LogFile } from "../../../src/logs/log-file.ts";
import { Tail, type TailOutput } from "../../../src/logs/tail.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bpm-tail-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const never = new AbortController().signal;

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

/** Collects what is printed and told. */
function collector() {
  const bytes: Uint8Array[] = [];
  const notices: string[] = [];
  const output: TailOutput = {
    print: async (chunk) => {
      bytes.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
    },
    notice: (text) => notices.push(text),
  };
  /** What was printed since the last call. */
  const printed = () => Buffer.concat(bytes.splice(0)).toString();
  return { output, printed, notices };
}

async function settled(tail: Tail): Promise<void> {
  while (await tail.advance()) continue;
}

describe("shows the end of files as tail(1) does:", () => {
  const block = 64 * 1024;
  const contents: [what: string, text: string][] = [
    ["nothing", ""],
    ["one newline", "\n"],
    ["no newline", "abc"],
    ["one line", "abc\n"],
    ["empty lines", "\n\n\n\n"],
    ["a last line without newline", "a\nb\nc"],
    ["many lines", Array.from({ length: 60 }, (_, index) => `line ${index}\n`).join("")],
    ["lines longer than a block", `${"x".repeat(block)}\n${"y".repeat(2 * block)}\nz\n`],
    ["a newline at the edge of a block", `a\nb\n${"x".repeat(block - 1)}\n`],
    ["a block of newlines", "\n".repeat(block + 1)],
  ];
  const counts = [1, 2, 3, 25, 100_000];
  test.each(contents)("%s", async (_, text) => {
    const paths = [write("out.log", text), write("err.log", "e\nf\ng\n")];
    for (const lines of counts) {
      for (const [shown, headers] of [
        [paths.slice(0, 1), false],
        [paths, true],
      ] as const) {
        const { output, printed } = collector();
        await new Tail(shown, headers, output).showEnds(lines, never);
        const expected = Bun.spawnSync(["tail", "-n", String(lines), ...shown]).stdout.toString();
        expect(printed()).toBe(expected);
      }
    }
  });

  test("no lines at all", async () => {
    const { output, printed } = collector();
    await new Tail([write("out.log", "a\n")], false, output).showEnds(0, never);
    expect(printed()).toBe("");
  });

  test("bytes that are no text pass through", async () => {
    const path = join(directory, "raw.log");
    const raw = Uint8Array.from({ length: 256 }, (_, index) => index);
    writeFileSync(path, raw);
    const chunks: Uint8Array[] = [];
    const output = {
      ...collector().output,
      print: async (chunk: string | Uint8Array) => void chunks.push(Buffer.from(chunk)),
    };
    await new Tail([path], false, output).showEnds(1000, never);
    expect(new Uint8Array(Buffer.concat(chunks))).toEqual(raw);
  });
});

test("reads a huge file from its end only", () => {
  const size = 2 ** 40;
  const reads: number[] = [];
  const sparse = (position: number, length: number) => {
    reads.push(position);
    return new Uint8Array(length).fill(0x0a);
  };
  expect(startOfLastLines(sparse, size, 25)).toBe(size - 25);
  expect(reads).toEqual([size - 64 * 1024]);
});

describe("follows", () => {
  test("what is appended, with a header when another file speaks", async () => {
    const out = write("out.log", "1\n");
    const err = write("err.log", "2\n");
    const { output, printed, notices } = collector();
    const tail = new Tail([out, err], true, output);
    await tail.showEnds(25, never);
    expect(printed()).toBe(`==> ${out} <==\n1\n\n==> ${err} <==\n2\n`);
    await settled(tail);
    expect(printed()).toBe("");
    appendFileSync(err, "3\n");
    await settled(tail);
    expect(printed()).toBe("3\n");
    appendFileSync(out, "4");
    await settled(tail);
    appendFileSync(out, "5\n");
    await settled(tail);
    expect(printed()).toBe(`\n==> ${out} <==\n45\n`);
    expect(notices).toEqual([]);
  });

  test("what is appended while a large file is still being shown", async () => {
    const out = write("out.log", "x\n");
    const { output, printed } = collector();
    const tail = new Tail([out], false, output);
    await tail.showEnds(0, never);
    const much = "0123456789\n".repeat(50_000);
    appendFileSync(out, much);
    await settled(tail);
    expect(printed()).toBe(much);
  });

  test("a file that is truncated, as logrotate's copytruncate does", async () => {
    const out = write("out.log", "old old old\n");
    const { output, printed, notices } = collector();
    const tail = new Tail([out], false, output);
    await tail.showEnds(0, never);
    truncateSync(out);
    await settled(tail);
    appendFileSync(out, "new\n");
    await settled(tail);
    expect(printed()).toBe("new\n");
    expect(notices).toEqual([`${out} was truncated; following it from its start`]);
  });

  test("a name across renaming, the old file to its end first", async () => {
    const out = write("out.log", "1\n");
    const { output, printed, notices } = collector();
    const tail = new Tail([out], false, output);
    await tail.showEnds(25, never);
    appendFileSync(out, "2\n");
    renameSync(out, `${out}.1`);
    await settled(tail);
    appendFileSync(`${out}.1`, "3\n");
    await settled(tail);
    expect(printed()).toBe("1\n2\n3\n");
    expect(notices).toEqual([]);
    appendFileSync(`${out}.1`, "4\n");
    writeFileSync(out, "5\n");
    await settled(tail);
    expect(printed()).toBe("4\n5\n");
    expect(notices).toEqual([`${out} was replaced; following the new file`]);
  });

  test("a file that appears later", async () => {
    const out = write("out.log", "1\n");
    const err = join(directory, "err.log");
    const { output, printed, notices } = collector();
    const tail = new Tail([out, err], true, output);
    expect(tail.isEmpty).toBe(false);
    await tail.showEnds(25, never);
    writeFileSync(err, "2\n");
    await settled(tail);
    expect(printed()).toBe(`==> ${out} <==\n1\n\n==> ${err} <==\n2\n`);
    expect(notices).toEqual([`${err} has appeared; following the new file`]);
  });

  test("but not what a link in its place leads to", async () => {
    const secret = write("secret", "root's\n");
    const out = write("out.log", "1\n");
    const { output, printed } = collector();
    const tail = new Tail([out], false, output);
    await tail.showEnds(0, never);
    rmSync(out);
    symlinkSync(secret, out);
    await expect(settled(tail)).rejects.toMatchObject({ code: "unsafe-log" });
    expect(printed()).toBe("");
  });

  test("until it is told to end", async () => {
    const { output } = collector();
    const controller = new AbortController();
    const tail = new Tail([write("out.log", "1\n")], false, output);
    const following = tail.follow(controller.signal);
    controller.abort();
    expect(await following).toBeUndefined();
  });
});

describe("a log is opened", () => {
  test("if it is there", () => {
    expect(LogFile.open(join(directory, "none.log"))).toBeUndefined();
    expect(LogFile.open(join(write("file", ""), "none.log"))).toBeUndefined();
  });

  const rows: [what: string, make: (path: string) => unknown][] = [
    ["a link", (path) => symlinkSync("/etc/passwd", path)],
    ["a dangling link", (path) => symlinkSync("/no/such", path)],
    ["a directory", (path) => mkdirSync(path)],
    ["a FIFO", (path) => Bun.spawnSync(["mkfifo", path])],
    ["a socket", (path) => Bun.listen({ unix: path, socket: { data: () => undefined } }).unref()],
  ];
  test.each(rows)("but not %s", (_, make) => {
    const path = join(directory, "out.log");
    make(path);
    expect(() => LogFile.open(path)).toThrow(`refusing to read ${path}: it is not a regular file`);
  });
});
