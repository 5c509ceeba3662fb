import { describe, expect, test } from "bun:test";
import { secondsByFile, sum, summaryLine, tallyJunit, tallyZig } from "../../support/tally.ts";

const report = (failures: number) => {
  const totals = `tests="10" assertions="99" failures="${failures}" skipped="2" time="1"`;
  const suites = '<testsuite name="x" tests="7" failures="7" skipped="7"/>';
  return `<?xml version="1.0"?>\n<testsuites name="bun test" ${totals}>\n${suites}</testsuites>`;
};

describe("bun test's results", () => {
  test("are the totals of its report", () => {
    expect(tallyJunit(report(3), 1)).toEqual({ passed: 5, failed: 3, skipped: 2 });
    expect(tallyJunit(report(0), 0)).toEqual({ passed: 8, failed: 0, skipped: 2 });
  });

  test("have a failure when there is no report, whatever the exit status", () => {
    expect(tallyJunit(undefined, 0).failed).toBe(1);
    expect(tallyJunit("", 3).failed).toBe(1);
  });

  test("have a failure when a file could not be loaded, which fails no test", () => {
    expect(tallyJunit(report(0), 1)).toEqual({ passed: 8, failed: 1, skipped: 2 });
  });
});

test("The time of each file is that of its outermost suite", () => {
  const suite = (name: string, file: string, time: string) =>
    `<testsuite name="${name}" file="${file}" tests="1" time="${time}" hostname="h">`;
  const [one, other] = [suite("a.test.ts", "a.test.ts", "1.5"), suite("b.ts", "b.ts", "20")];
  const text = `${one}${suite("inner", "a.test.ts", "1.4")}</testsuite></testsuite>${other}`;
  expect(secondsByFile(text)).toEqual([
    ["b.ts", 20],
    ["a.test.ts", 1.5],
  ]);
});

describe("zig build test's results", () => {
  type Row = [output: string, exitCode: number, passed: number, failed: number, skipped: number];
  const rows: Row[] = [
    ["Build Summary: 3/3 steps succeeded; 44/44 tests passed", 0, 44, 0, 0],
    ["Build Summary: 1/3 steps succeeded; 1 failed; 41/44 tests passed; 3 failed", 1, 41, 3, 0],
    ["Build Summary: 3/3 steps succeeded; 40/44 tests passed; 4 skipped", 0, 40, 0, 4],
    ["src/lib.zig:3:1: error: expected ';'", 1, 0, 1, 0],
    ["44/44 tests passed", 134, 44, 1, 0],
  ];
  test.each(rows)("%s with status %i", (output, exitCode, passed, failed, skipped) => {
    expect(tallyZig(output, exitCode)).toEqual({ passed, failed, skipped });
  });
});

test("The summary is one line with all three numbers", () => {
  const some = { passed: 1, failed: 2, skipped: 3 };
  expect(summaryLine(sum([some, some]))).toBe("2 passed, 4 failed, 6 skipped");
  expect(summaryLine(sum([]))).toBe("0 passed, 0 failed, 0 skipped");
});
