import { describe, expect, test } from "bun:test";
import { type Logger, openBpmLog } from "../../../src/report/bpm-log.ts";

function logged(act: (log: Logger) => void): string[] {
  const lines: string[] = [];
  act(openBpmLog((line) => void lines.push(line), "start", "web", "worker"));
  return lines;
}

describe("a line", () => {
  test("has its fields in order, from behind the time on, and its data sorted", () => {
    expect(logged((log) => log.info("starting"))).toEqual([
      '"level":"info","source":"bpm","message":"bpm.start.starting",' +
        '"data":{"job":"web","process":"worker","session":"1"}}',
    ]);
  });

  test("tells an error as data", () => {
    const [line = ""] = logged((log) => {
      log.error("failed-to-stop", new Error("no"), { after: "5 ms" });
    });
    expect(line).toContain('"level":"error"');
    expect(line).toContain('"message":"bpm.start.failed-to-stop"');
    expect(line).toEndWith(
      '"data":{"after":"5 ms","error":"no","job":"web","process":"worker","session":"1"}}',
    );
  });

  test("stays one line whatever it holds", () => {
    const [line = ""] = logged((log) => log.info("x", { text: "a\nb\u001b" }));
    expect(line).not.toInclude("\n");
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
  }).map((line): { message: string; data: { session: string } } => JSON.parse(`{${line}`));
  expect(lines.map(({ message, data }) => [data.session, message])).toEqual([
    ["1.1", "bpm.start.acquiring-lifecycle-lock.starting"],
    ["1.2", "bpm.start.start-process.starting"],
    ["1.2.1", "bpm.start.start-process.hook.starting"],
    ["1.1", "bpm.start.acquiring-lifecycle-lock.complete"],
    ["1", "bpm.start.complete"],
  ]);
});

test("what is logged later is not written now", () => {
  const now: string[] = [];
  const log = openBpmLog((line) => void now.push(line), "run", "web", "web");
  const lines = log.later(() => log.session("run-process").info("complete"));
  log.info("complete");
  expect(lines).toEqual([
    '"level":"info","source":"bpm","message":"bpm.run.run-process.complete",' +
      '"data":{"job":"web","process":"web","session":"1.1"}}',
  ]);
  expect(now).toEqual([
    '"level":"info","source":"bpm","message":"bpm.run.complete",' +
      '"data":{"job":"web","process":"web","session":"1"}}',
  ]);
});
