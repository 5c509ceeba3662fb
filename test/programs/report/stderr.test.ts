import { describe, expect, test } from "bun:test";
import { join } from "node:path";

const module = JSON.stringify(join(import.meta.dir, "../../../src/report/stderr.ts"));

/** What a message looks like that another program's name is a part of. */
function printed(level: "error" | "warn" | "log", message: string): string {
  const script = `const { stderr } = await import(${module});
    stderr.${level}(${JSON.stringify(message)});`;
  return Bun.spawnSync([process.execPath, "--eval", script]).stderr.toString();
}

describe("A message on standard error", () => {
  const levels = ["error", "warn", "log"] as const;
  test.each(levels)("of level %s is no command to a terminal", (level) => {
    const prefix = { error: "Error: ", warn: "Warning: ", log: "" }[level];
    expect(printed(level, "we\x1b[2J\x9bb\u202e")).toBe(`${prefix}we\\x1b[2J\\x9bb\\u202e\n`);
  });

  test("keeps its lines and tabs", () => {
    expect(printed("log", "a\tb\nc")).toBe("a\tb\nc\n");
  });
});
