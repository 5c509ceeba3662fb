import { describe, expect, test } from "bun:test";
import { ConfigError, parseConfig } from "../../../src/config/parse.ts";

const context = { file: "bpm.yml", job: "web" };

function errorLines(text: string | Uint8Array): string[] {
  try {
    parseConfig(text, context);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
  throw new Error("expected an error");
}

const everything = `
processes:
- name: web
  executable: /var/vcap/packages/web/bin/web
  args: [--port, 2424]
  env:
    A: 1
  workdir: /var/vcap/packages/web
  hooks:
    pre_start: /var/vcap/jobs/web/bin/pre-start
  capabilities: [NET_BIND_SERVICE]
  limits:
    memory: 1.5G
    open_files: 1024
    processes: 10
    core_file_size: 0
  ephemeral_disk: yes
  persistent_disk: true
  additional_volumes:
  - path: /var/vcap/data/shared
    writable: true
    mount_only: true
  unsafe:
    privileged: true
    host_pid_namespace: on
    unrestricted_volumes:
    - {path: /etc/x*, allow_executions: true, shared: true}
  shutdown_signal: INT
`;

test("a file becomes the configuration of its processes", () => {
  expect(parseConfig(everything, context)).toEqual({
    processes: [
      {
        name: "web",
        executable: "/var/vcap/packages/web/bin/web",
        args: ["--port", "2424"],
        env: { A: "1" },
        workdir: "/var/vcap/packages/web",
        preStart: "/var/vcap/jobs/web/bin/pre-start",
        capabilities: ["NET_BIND_SERVICE"],
        limits: { memoryBytes: 1610612736n, openFiles: 1024n, processes: 10n, coreFileSize: 0n },
        ephemeralDisk: true,
        persistentDisk: true,
        additionalVolumes: [
          {
            path: "/var/vcap/data/shared",
            writable: true,
            allowExecutions: false,
            mountOnly: true,
            shared: false,
            position: { line: 20, column: 5 },
          },
        ],
        privileged: true,
        hostPidNamespace: true,
        unrestrictedVolumes: [
          {
            path: "/etc/x*",
            writable: false,
            allowExecutions: true,
            mountOnly: false,
            shared: true,
            position: { line: 27, column: 7 },
          },
        ],
        shutdownSignal: "INT",
        startProblems: [],
      },
    ],
    warnings: [],
  });
});

test("what a file leaves out has its default", () => {
  expect(parseConfig("processes: [{name: a, executable: b}]", context).processes).toEqual([
    {
      name: "a",
      executable: "b",
      args: [],
      env: {},
      workdir: "",
      preStart: "",
      capabilities: [],
      limits: {},
      ephemeralDisk: false,
      persistentDisk: false,
      additionalVolumes: [],
      privileged: false,
      hostPidNamespace: false,
      unrestrictedVolumes: [],
      shutdownSignal: "TERM",
      startProblems: [],
    },
  ]);
});

test("an empty file has no processes", () => {
  expect(parseConfig("", context)).toEqual({ processes: [], warnings: [] });
});

test("limits of nothing are none", () => {
  const text = "processes: [{name: a, executable: b, limits: {memory: 0M, processes: -1}}]";
  expect(parseConfig(text, context).processes[0]?.limits).toEqual({});
});

describe("bytes", () => {
  test.each<[string, number[]]>([
    ["UTF-8", [...Buffer.from("processes: []")]],
    ["UTF-8 with a byte order mark", [0xef, 0xbb, 0xbf, ...Buffer.from("processes: []")]],
    ["UTF-16LE", [0xff, 0xfe, ...Buffer.from("processes: []", "utf16le")]],
    ["UTF-16BE", [0xfe, 0xff, ...Buffer.from("processes: []", "utf16le").swap16()]],
  ])("in %s are read", (_, bytes) => {
    expect(parseConfig(new Uint8Array(bytes), context).processes).toEqual([]);
  });

  test("that are no text are refused", () => {
    expect(errorLines(new Uint8Array([0x61, 0xff]))).toEqual([
      "bpm.yml:1:1: the file is no text in UTF-8",
    ]);
  });

  test("of a decoded text with a byte order mark keep their columns", () => {
    expect(errorLines("\uFEFFa: *b")).toEqual([
      "bpm.yml:1:4: *b refers to nothing: no &b stands before it",
    ]);
  });
});

describe("a broken rule", () => {
  const conflict = "cannot conflict with default job data or store directories";
  const volume = (path: string) =>
    `processes: [{name: a, executable: b, additional_volumes: [{path: ${path}}]}]`;

  test.each([
    ["processes: [{executable: b}]", "1:13: processes[0].name: invalid config: name"],
    ["processes: [{name: '', executable: b}]", "1:20: processes[0].name: invalid config: name"],
    ["processes: [{name: a}]", "1:13: processes[0].executable: invalid config: executable"],
    [
      "processes: [{name: a, executable: b, shutdown_signal: QUIT}]",
      "1:55: processes[0].shutdown_signal: shutdown signal should either be 'TERM' or 'INT' " +
        "(or left unspecified), but got 'QUIT'",
    ],
    [
      volume("/var/vcap/data/../x/"),
      "volume path must be canonical, expected /var/vcap/x but got /var/vcap/data/../x/",
    ],
    [volume("''"), "volume path must be canonical, expected . but got "],
    [volume("/"), "invalid volume path: / must be within /var/vcap"],
    [volume("/etc"), "invalid volume path: /etc must be within /var/vcap"],
    [volume("/var/vcap"), "invalid volume path: /var/vcap must be within /var/vcap"],
    [volume("/var/vcapx/data"), "invalid volume path: /var/vcapx/data must be within /var/vcap"],
    [volume("/var/vcap/data/web"), `invalid volume path: /var/vcap/data/web ${conflict}`],
    [volume("/var/vcap/store/web"), `invalid volume path: /var/vcap/store/web ${conflict}`],
  ])("%j", (text, message) => {
    const lines = errorLines(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toStartWith("bpm.yml:1:");
    expect(lines[0]).toEndWith(message);
  });

  const data = "/var/vcap/data";
  test.each([data, `${data}/web/x`, `${data}/web-2`, `${data}/..x`])("is not %j", (path) => {
    expect(parseConfig(volume(path), context).processes).toHaveLength(1);
  });

  test("does not concern unrestricted volumes", () => {
    const unsafe = "{unrestricted_volumes: [{path: /etc/}]}";
    const text = `processes: [{name: a, executable: b, unsafe: ${unsafe}}]`;
    expect(parseConfig(text, context).processes).toHaveLength(1);
  });
});

test("all errors of a file are told, in its order, each once", () => {
  const text = `
processes:
- name: [web]
  executable: ""
  additional_volumes: [{path: /etc}, ~, {path: /var/vcap/x/}]
  limits: {open_files: many, memory: lots}
- name: two
  shutdown_signal: HUP
  args: none
`;
  expect(errorLines(text)).toEqual([
    "bpm.yml:3:9: processes[0].name: expected a text, but got a list",
    "bpm.yml:4:15: processes[0].executable: invalid config: executable",
    "bpm.yml:5:31: processes[0].additional_volumes[0].path: " +
      "invalid volume path: /etc must be within /var/vcap",
    "bpm.yml:5:48: processes[0].additional_volumes[2].path: " +
      "volume path must be canonical, expected /var/vcap/x but got /var/vcap/x/",
    "bpm.yml:6:24: processes[0].limits.open_files: " +
      "expected a whole number from 0 to 2^64-1, but got the text `many`",
    "bpm.yml:6:38: processes[0].limits.memory: byte quantity must be a positive integer " +
      "with a unit of measurement like M, MB, MiB, G, GiB, or GB",
    "bpm.yml:7:3: processes[1].executable: invalid config: executable",
    "bpm.yml:8:20: processes[1].shutdown_signal: shutdown signal should either be 'TERM' or " +
      "'INT' (or left unspecified), but got 'HUP'",
    "bpm.yml:9:9: processes[1].args: expected a list, but got the text `none`; " +
      "put it between [ and ]",
  ]);
});

describe("what keeps one process from starting", () => {
  const nul = "a NUL character cannot be handed to a program";
  const memory =
    "byte quantity must be a positive integer with a unit of measurement " +
    "like M, MB, MiB, G, GiB, or GB";

  test.each([
    ["limits: {memory: lots}", "processes[1].limits.memory", memory],
    ['args: [a, "b\\0"]', "processes[1].args[1]", nul],
    ['env: {A: "\\0"}', "processes[1].env.A", nul],
    ['workdir: "/\\0"', "processes[1].workdir", nul],
    ["env: {'': x}", 'processes[1].env[""]', "the name of an environment variable is empty"],
  ])("leaves the others alone: %s", (field, path, message) => {
    const text = `processes:\n- {name: a, executable: b}\n- {name: c, executable: d, ${field}}`;
    const { processes } = parseConfig(text, context);
    expect(processes.map(({ startProblems }) => startProblems.length)).toEqual([0, 1]);
    expect(processes[1]?.startProblems[0]).toMatchObject({ path, message, line: 3 });
  });
});

test("warnings come with their places, of a good file and of a bad one", () => {
  const process = "processes:\n- name: a\n  exec: /b\n";
  const warning = {
    path: "processes[0].exec",
    line: 3,
    column: 3,
    message: "unknown property `exec` is ignored; did you mean executable?",
  };
  expect(parseConfig(`${process}  executable: /b`, context).warnings).toEqual([warning]);
  expect(() => parseConfig(process, context)).toThrow(
    expect.objectContaining({ code: "invalid-config", file: "bpm.yml", warnings: [warning] }),
  );
});
