import { expect, test } from "bun:test";
import { bytesText, durationText, timeText } from "../../../src/report/quantities.ts";
import { signalName } from "../../../src/report/signal.ts";

test.each([
  [0, "0B"],
  [1023, "1023B"],
  [1024, "1K"],
  [12_900_000, "12.3M"],
  [64 << 20, "64M"],
  [2 ** 31, "2G"],
  [5 * 2 ** 50, "5120T"],
])("%d bytes are %s", (bytes, expected) => {
  expect(bytesText(bytes)).toBe(expected);
});

test.each([
  [-5, "0s"],
  [470, "0.4s"],
  [9_999, "9.9s"],
  [10_000, "10s"],
  [59_999, "59s"],
  [60_000, "1m0s"],
  [192_000, "3m12s"],
  [3_600_000, "1h0m"],
  [86_399_000, "23h59m"],
  [(4 * 24 + 3) * 3_600_000, "4d3h"],
])("%d milliseconds are %s", (milliseconds, expected) => {
  expect(durationText(milliseconds)).toBe(expected);
});

test("a moment is told to the second", () => {
  expect(timeText(Date.UTC(2026, 10, 22, 2, 25, 40, 999))).toBe("2026-11-22T02:25:40Z");
});

test.each([
  [9, "SIGKILL"],
  [6, "SIGABRT"],
  [15, "SIGTERM"],
  [40, "signal 40"],
])("signal %d is called %s", (number, expected) => {
  expect(signalName(number)).toBe(expected);
});
