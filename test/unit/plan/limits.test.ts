import { expect, test } from "bun:test";
import { planRlimits } from "../../../src/plan/limits.ts";

test("without open_files a process may open many, as far as the host permits", () => {
  const nofile = (value: string) => [{ resource: "nofile", soft: value, hard: value } as const];
  expect(planRlimits({}, 1_048_576n)).toEqual(nofile("524288"));
  expect(planRlimits({}, 20_000n)).toEqual(nofile("20000"));
});

test("open_files sets both limits", () => {
  expect(planRlimits({ openFiles: 1024n }, 1_048_576n)).toEqual([
    { resource: "nofile", soft: "1024", hard: "1024" },
  ]);
});

test("more open files than the host permits is an error that tells both numbers", () => {
  expect(() => planRlimits({ openFiles: 2_000_000n }, 1_048_576n)).toThrow(
    "limits.open_files is 2000000, but this host permits no more than 1048576",
  );
});

test.each([
  [0n, "0"],
  [1_048_576n, "1048576"],
  [2n ** 64n - 1n, "unlimited"],
])("core_file_size of %p sets both limits to %s", (coreFileSize, text) => {
  const core = { resource: "core", soft: text, hard: text } as const;
  expect(planRlimits({ coreFileSize }, 1n).at(1)).toEqual(core);
});
