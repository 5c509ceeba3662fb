import { describe, expect, test } from "bun:test";
import { everyValue, readArguments } from "../../../src/cli/arguments.ts";
import type { FlagDefs } from "../../../src/cli/flags.ts";
import { UsageError } from "../../../src/report/errors.ts";

const args = {
  job: { type: "positional", valueHint: "job-name" },
  process: { type: "string", alias: "p" },
  lines: { type: "string", alias: "n", valueHint: "int", default: "25" },
  all: { type: "boolean", alias: "a" },
  env: { type: "string", alias: "e", multiple: true },
} as const satisfies FlagDefs;

const nothing = { lines: "25", all: false, help: false, version: false };

function read(line: string): object {
  const { values, operands } = readArguments(args, line === "" ? [] : line.split(" "));
  return { ...values, operands };
}

describe("what is given", () => {
  const rows: [line: string, values: object][] = [
    ["", { operands: [] }],
    ["web", { job: "web", operands: ["web"] }],
    ["web extra words", { job: "web", operands: ["web", "extra", "words"] }],
    ["web -p x", { job: "web", process: "x", operands: ["web"] }],
    ["-p x web", { job: "web", process: "x", operands: ["web"] }],
    ["web -px", { job: "web", process: "x", operands: ["web"] }],
    ["web -p=x", { job: "web", process: "x", operands: ["web"] }],
    ["web --process x", { job: "web", process: "x", operands: ["web"] }],
    ["web --process=x", { job: "web", process: "x", operands: ["web"] }],
    ["web --process=", { job: "web", process: "", operands: ["web"] }],
    ["web --process=a=b", { job: "web", process: "a=b", operands: ["web"] }],
    ["web -p -x", { job: "web", process: "-x", operands: ["web"] }],
    ["web -p --", { job: "web", process: "--", operands: ["web"] }],
    ["web -p x -p y", { job: "web", process: "y", operands: ["web"] }],
    ["-an2 web", { job: "web", all: true, lines: "2", operands: ["web"] }],
    ["-an 2 web", { job: "web", all: true, lines: "2", operands: ["web"] }],
    ["-n +7", { lines: "+7", operands: [] }],
    ["--all=false", { all: false, operands: [] }],
    ["--all=T", { all: true, operands: [] }],
    ["-a=0", { all: false, operands: [] }],
    ["-- -p x", { job: "-p", operands: ["-p", "x"] }],
    ["-", { job: "-", operands: ["-"] }],
    ["-h", { help: true, operands: [] }],
    ["web --version", { job: "web", version: true, operands: ["web"] }],
  ];
  test.each(rows)("%p", (line, values) => {
    expect(read(line)).toEqual({ ...nothing, ...values });
  });

  test("is absent rather than undefined where it was not given", () => {
    expect(Object.keys(readArguments(args, []).values).sort()).toEqual(Object.keys(nothing).sort());
  });
});

describe("what is refused", () => {
  const whole = "it must be a whole number, zero or more";
  const rows: [line: string, message: string][] = [
    ["--nosuchflag", "unknown flag: --nosuchflag"],
    ["--nosuchflag=1", "unknown flag: --nosuchflag"],
    ["web --job x", "unknown flag: --job"],
    ["--proc x", "unknown flag: --proc"],
    ["-x", "unknown shorthand flag: 'x' in -x"],
    ["-axn", "unknown shorthand flag: 'x' in -xn"],
    ["-p", "flag needs an argument: 'p' in -p"],
    ["-ap", "flag needs an argument: 'p' in -p"],
    ["--process", "flag needs an argument: --process"],
    ["--=x", "bad flag syntax: --=x"],
    ["---x", "bad flag syntax: ---x"],
    ["--all=maybe", 'invalid argument "maybe" for "-a, --all" flag: it must be true or false'],
    ["-n abc", `invalid argument "abc" for "-n, --lines" flag: ${whole}`],
    ["-n -3", `invalid argument "-3" for "-n, --lines" flag: ${whole}`],
    ["-n 1.5", `invalid argument "1.5" for "-n, --lines" flag: ${whole}`],
    ["-n=", `invalid argument "" for "-n, --lines" flag: ${whole}`],
    ["-n 9007199254740993", `invalid argument "9007199254740993" for "-n, --lines" flag: ${whole}`],
  ];
  test.each(rows)("%p", (line, message) => {
    expect(() => read(line)).toThrow(new UsageError(message));
  });
});

describe("a flag that may be repeated", () => {
  const rows: [line: string, values: string[]][] = [
    ["web", []],
    ["-e A=1 web --env B=2 --env=C=x=y -eD=", ["A=1", "B=2", "C=x=y", "D="]],
    ["web --help=false -e A,B", ["A,B"]],
  ];
  test.each(rows)("%p", (line, values) => {
    expect(everyValue(args, line.split(" "), "env")).toEqual(values);
  });

  test("may be empty", () => {
    expect(everyValue(args, ["-e", ""], "env")).toEqual([""]);
  });
});
