import { describe, expect, test } from "bun:test";
import { formatJson, formatText, validateFile } from "../../../src/lint/validate.ts";

const bad = `processes:
- name: web
  exec: /x
  executable: ""
  limits: {open_files: 18446744073709551615, memory: lots}
`;

function text(file: string, { excerpts = false } = {}): string {
  return formatText([validateFile(file, { file: "bpm.yml", job: "web" })], excerpts);
}

describe("text", () => {
  test("has a line for each problem, in the order of the file", () => {
    expect(text(bad)).toBe(
      "bpm.yml:3:3: warning: processes[0].exec: unknown property `exec` is ignored; " +
        "did you mean executable?\n" +
        "bpm.yml:4:15: processes[0].executable: invalid config: executable\n" +
        "bpm.yml:5:54: processes[0].limits.memory: byte quantity must be a positive integer " +
        "with a unit of measurement like M, MB, MiB, G, GiB, or GB\n",
    );
  });

  test("shows the line and a mark below the place", () => {
    const lines = text(bad, { excerpts: true }).split("\n");
    expect(lines.slice(4, 6)).toEqual(['      executable: ""', `    ${" ".repeat(14)}^`]);
  });

  test("keeps the mark in its place behind tabs and wide characters", () => {
    const lines = text('{\t"é": 1, "processes": 5}', { excerpts: true }).split("\n");
    expect(lines.slice(-3)).toEqual([
      '    {\t"é": 1, "processes": 5}',
      `     \t${" ".repeat(21)}^`,
      "",
    ]);
  });

  test("shows a part of a long line", () => {
    const file = `{processes: [], ${"a: b, ".repeat(50)}"processes": 5}`;
    const lines = text(file, { excerpts: true }).split("\n");
    const [shown = "", mark = ""] = lines.slice(-3);
    expect(shown.length).toBeLessThan(110);
    expect(shown.slice(mark.indexOf("^"))).toStartWith('"processes": 5}');
  });

  test("shows lines as they are in the file, even those that were moved for the parser", () => {
    const file = "processes: [\n{name: a,\nexecutable: []}\n]\n";
    const lines = text(file, { excerpts: true }).split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "bpm.yml:3:13: processes[0].executable: expected a text, but got a list",
      "    executable: []}",
      "                ^",
    ]);
  });

  test("has no control characters of the file", () => {
    expect(text("a: \u0007\n", { excerpts: true })).toContain("a: \\x07");
  });

  test("names the processes of a file without problems", () => {
    const file = "processes: [{name: a, executable: sh}, {name: b, executable: sh}]";
    expect(text(file)).toBe("bpm.yml: valid (a, b)\n");
    expect(text("# nothing")).toBe("bpm.yml: valid (no processes)\n");
  });
});

describe("JSON", () => {
  const volumes = "additional_volumes: [{path: /var/vcap/data/x}]";

  test("has the decoded file, with every property and every digit", () => {
    const limits = "limits: {open_files: 18446744073709551615, memory: 1G}";
    const file = `processes: [{name: a, executable: sh, ${limits}, ${volumes}}]`;
    const json = formatJson([validateFile(file, { file: "bpm.yml" })]);
    expect(json).toContain('"open_files": 18446744073709551615');
    expect(JSON.parse(json.replace("18446744073709551615", "1"))).toEqual({
      files: [
        {
          file: "bpm.yml",
          config: {
            processes: [
              {
                name: "a",
                executable: "sh",
                args: null,
                env: null,
                additional_volumes: [
                  {
                    path: "/var/vcap/data/x",
                    writable: false,
                    allow_executions: false,
                    mount_only: false,
                    shared: false,
                  },
                ],
                capabilities: null,
                ephemeral_disk: false,
                hooks: null,
                limits: { memory: "1G", open_files: 1, processes: null, core_file_size: null },
                persistent_disk: false,
                workdir: "",
                unsafe: null,
                shutdown_signal: "",
              },
            ],
          },
          errors: [],
          warnings: [],
        },
      ],
    });
  });

  test("has the problems of every file", () => {
    const reports = [
      validateFile("processes: [", { file: "one.yml" }),
      validateFile("processes: [{name: a, executable: b, limits: {memory: 1}}]", {
        file: "two.yml",
      }),
      validateFile("process: []", { file: "three.yml" }),
    ];
    const { files } = JSON.parse(formatJson(reports));
    expect(files).toEqual([
      {
        file: "one.yml",
        config: null,
        errors: [{ path: "", line: 1, column: 12, message: expect.any(String) }],
        warnings: [],
      },
      {
        file: "two.yml",
        config: { processes: [expect.objectContaining({ name: "a" })] },
        errors: [
          { path: "processes[0].limits.memory", line: 1, column: 55, message: expect.any(String) },
        ],
        warnings: [],
      },
      {
        file: "three.yml",
        config: { processes: null },
        errors: [],
        warnings: [{ path: "process", line: 1, column: 1, message: expect.any(String) }],
      },
    ]);
  });
});
