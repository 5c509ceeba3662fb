import { expect, test } from "bun:test";
import { suggestions } from "../../../src/cli/suggest.ts";

const names = ["completion", "help", "list", "logs", "pid", "run", "start", "stop", "trace"];

test.each([
  ["staart", ["start"]],
  ["strat", ["start"]],
  ["STOP", ["stop"]],
  ["st", ["list", "start", "stop"]],
  ["log", ["logs"]],
  ["lst", ["list"]],
  ["pip", ["pid"]],
  ["comp", ["completion"]],
  ["nosuchcommand", []],
  ["restart-all", []],
])("%s", (typed, expected) => {
  expect(suggestions(typed, names)).toEqual(expected);
});
