import { describe, expect, test } from "bun:test";
import { openSync } from "node:fs";
import { BpmError, messageOf, toBpmError, UsageError } from "../../../src/report/errors.ts";

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

function coded(code: string, syscall?: string): Error {
  return Object.assign(new Error("failed"), { code, syscall });
}

const enoent = thrownBy(() => openSync("/no/such/file", "r"));

describe("messageOf", () => {
  const rows: [what: string, thrown: unknown, message: string][] = [
    ["a failed system call", enoent, "open /no/such/file: no such file or directory (ENOENT)"],
    ["a system call without a path", coded("EBADF", "write"), "write: bad file descriptor (EBADF)"],
    ["an errno without words", coded("EUCLEAN"), "EUCLEAN"],
    ["an error whose code is no errno", coded("ERR_X"), "failed"],
    ["an error", new Error("plain"), "plain"],
    ["something else", 42, "42"],
  ];
  test.each(rows)("%s", (_, thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});

describe("toBpmError", () => {
  test("leaves a BpmError as it is", () => {
    const error = new BpmError("no-user", "no user vcap", { hint: "Create it.", exitCode: 3 });
    expect(toBpmError(error)).toBe(error);
    expect(error).toMatchObject({ code: "no-user", hint: "Create it.", exitCode: 3 });
  });

  test("names a failed system call and exits 1", () => {
    const error = toBpmError(enoent);
    expect(error).toMatchObject({ code: "system", exitCode: 1, hint: undefined, cause: enoent });
    expect(error.message).toContain("ENOENT");
  });

  test.each([
    ["an error", new TypeError("x is not a function")],
    ["a text", "text"],
    ["nothing", undefined],
  ])("takes %s for a mistake of bpm's own", (_, thrown) => {
    const error = toBpmError(thrown);
    expect(error.code).toBe("internal");
    expect(error.exitCode).toBe(1);
    expect(error.message).not.toContain("\n");
  });

  test("a usage error is a BpmError", () => {
    expect(new UsageError("must specify a job")).toMatchObject({ code: "usage", exitCode: 1 });
    expect(new UsageError("x")).toBeInstanceOf(BpmError);
  });
});
