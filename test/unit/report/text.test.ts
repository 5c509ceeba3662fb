import { describe, expect, test } from "bun:test";
import { errnoName } from "../../../src/report/errno.ts";
import { errnoSentence } from "../../../src/report/errno-sentence.ts";
import { escapeControl, quote } from "../../../src/report/escape.ts";
import { table } from "../../../src/report/table.ts";

describe("errnoName", () => {
  test.each([
    [2, "ENOENT"],
    [-2, "ENOENT"],
    [13, "EACCES"],
    [40, "ELOOP"],
    [4095, "errno 4095"],
  ])("%d is %s", (errno, name) => expect(errnoName(errno)).toBe(name));
});

describe("errnoSentence", () => {
  test.each([
    ["EROFS", "read-only file system (EROFS)"],
    ["EUCLEAN", "EUCLEAN"],
  ])("%s", (name, sentence) => expect(errnoSentence(name)).toBe(sentence));
});

describe("escapeControl", () => {
  const rows: [what: string, text: string, escaped: string][] = [
    ["plain text", "web: größe 日本", "web: größe 日本"],
    ["tabs and newlines stay", "a\tb\nc", "a\tb\nc"],
    ["escape sequences", "\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
    ["a carriage return that would overwrite the line", "a\rb", "a\\x0db"],
    ["NUL, DEL and C1", "\0\x7f\x9b", "\\x00\\x7f\\x9b"],
    ["text reordering", "\u202egpj.exe", "\\u202egpj.exe"],
    ["line separators", "\u2028", "\\u2028"],
  ];
  test.each(rows)("%s", (_, text, escaped) => {
    expect(escapeControl(text)).toBe(escaped);
  });
});

describe("quote", () => {
  test.each([
    ["job", '"job"'],
    ["a\nb", '"a\\nb"'],
    ['a"b', '"a\\"b"'],
    ["\x9b", '"\\x9b"'],
  ])("%p", (text, quoted) => expect(quote(text)).toBe(quoted));
});

describe("table", () => {
  test("pads every column but the last to its widest cell and one space", () => {
    const rows = [
      ["Name", "Pid", "Status"],
      ["job.worker", "7", "running"],
      ["a", "-", "stopped"],
    ];
    expect(table(rows)).toBe(
      "Name       Pid Status\n" + "job.worker 7   running\n" + "a          -   stopped\n",
    );
  });

  test("has no lines without rows", () => {
    expect(table([])).toBe("");
  });
});
