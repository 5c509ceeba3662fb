import { describe, expect, spyOn, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, type Logger, openBpmLog, rfc3339 } from "../../../src/report/bpm-log.ts";

function logged(act: (log: Logger) => void): string[] {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line), now: () => 1795303893000.25 };
  act(createLogger(sink, "bpm.start", { job: "web", process: "worker" }));
  return lines;
}

describe("a line", () => {
  test("has its fields in order, data sorted, and ends with a newline", () => {
    expect(logged((log) => log.info("starting"))).toEqual([
      '{"timestamp":"2026-11-21T23:31:33.000250000Z","level":"info","source":"bpm",' +
        '"message":"bpm.start.starting","data":{"job":"web","process":"worker","session":"1"}}\n',
    ]);
  });

  test("tells an error as data", () => {
    const [line = ""] = logged((log) => {
      log.error("failed-to-stop", new Error("no"), { after: "5 ms" });
    });
    expect(line).toContain('"level":"error"');
    expect(line).toContain('"message":"bpm.start.failed-to-stop"');
    expect(line).toEndWith(
      '"data":{"after":"5 ms","error":"no","job":"web","process":"worker","session":"1"}}\n',
    );
  });

  test("stays one line whatever it holds", () => {
    const [line = ""] = logged((log) => log.info("x", { text: "a\nb\u001b" }));
    expect(line.indexOf("\n")).toBe(line.length - 1);
  });
});

test("sessions are numbered below their parent, in the order they begin", () => {
  const lines = logged((log) => {
    const lock = log.session("acquiring-lifecycle-lock");
    lock.info("starting");
    const launch = log.session("start-process");
    launch.info("starting");
    launch.session("hook").info("starting");
    lock.info("complete");
    log.info("complete");
  }).map((line): { message: string; data: { session: string } } => JSON.parse(line));
  expect(lines.map(({ message, data }) => [data.session, message])).toEqual([
    ["1.1", "bpm.start.acquiring-lifecycle-lock.starting"],
    ["1.2", "bpm.start.start-process.starting"],
    ["1.2.1", "bpm.start.start-process.hook.starting"],
    ["1.1", "bpm.start.acquiring-lifecycle-lock.complete"],
    ["1", "bpm.start.complete"],
  ]);
});

describe("rfc3339", () => {
  test.each([
    [0, "1970-01-01T00:00:00.000000000Z"],
    [1795303893000.5, "2026-11-21T23:31:33.000500000Z"],
    [1795303893999.75, "2026-11-21T23:31:33.999750000Z"],
  ])("%d", (milliseconds, text) => expect(rfc3339(milliseconds)).toBe(text));
});

test("openBpmLog appends to its descriptor with the time of day", () => {
  const directory = mkdtempSync(join(tmpdir(), "bpm-log-"));
  const path = join(directory, "bpm.log");
  const before = Date.now();
  const fd = openSync(path, "a");
  try {
    openBpmLog(fd, "stop", "web", "web").info("starting");
    openBpmLog(fd, "stop", "web", "web").info("complete");
  } finally {
    closeSync(fd);
  }
  const lines = readFileSync(path, "utf8").trimEnd().split("\n")
    .map((line): { message: string; timestamp: string } => JSON.parse(line));
  rmSync(directory, { recursive: true });
  expect(lines.map((line) => line.message)).toEqual(["bpm.stop.starting", "bpm.stop.complete"]);
  for (const { timestamp } of lines) {
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    expect(Math.abs(Date.parse(timestamp) - before)).toBeLessThan(60_000);
  }
});

test("a bpm.log that cannot be written is told once and stops nothing", () => {
  const readOnly = openSync("/dev/null", "r");
  const told = spyOn(console, "error").mockImplementation(() => undefined);
  try {
    const log = openBpmLog(readOnly, "stop", "web", "web");
    log.info("starting");
    log.info("complete");
    expect(told.mock.calls).toEqual([
      ["Warning: bpm.log cannot be written: write: bad file descriptor (EBADF)"],
    ]);
  } finally {
    told.mockRestore();
    closeSync(readOnly);
  }
});
