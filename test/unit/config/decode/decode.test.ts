import { describe, expect, test } from "bun:test";
import { type Decoded, decodeJobFile } from "../../../../src/config/decode/decode.ts";
import { readDocument } from "../../../../src/config/yaml/document.ts";

function decode(text: string): Decoded {
  const document = readDocument(text);
  expect(document.errors).toEqual([]);
  return decodeJobFile(document);
}

/** The one process of a file without errors. `fields` is the inside of a flow mapping. */
function processWith(fields: string) {
  const { file, errors } = decode(`processes: [{name: a, executable: /b, ${fields}}]`);
  expect(errors).toEqual([]);
  return file.processes?.[0];
}

function messages(text: string): string[] {
  const { errors } = decode(text);
  return errors.map(({ path, message }) => `${path}: ${message}`);
}

const bare = {
  name: "a",
  executable: "/b",
  args: null,
  env: null,
  workdir: "",
  hooks: null,
  capabilities: null,
  limits: null,
  ephemeral_disk: false,
  persistent_disk: false,
  additional_volumes: null,
  unsafe: null,
  shutdown_signal: "",
};

describe("what is absent", () => {
  test.each(["", "# comment", "null", "~", "processes:", "other: 1", "Processes: [{name: a}]"])(
    "%j has no processes",
    (text) => {
      expect<unknown>(decode(text).file).toEqual({ processes: null });
    },
  );

  test("an empty list of processes is one", () => {
    expect<unknown>(decode("processes: []").file).toEqual({ processes: [] });
  });

  test("is null, empty or false", () => {
    expect<unknown>(processWith("")).toEqual(bare);
  });

  test("is the same as null", () => {
    const nulls = Object.keys(bare)
      .slice(2)
      .map((field) => `${field}: ~`);
    expect<unknown>(processWith(nulls.join(", "))).toEqual(bare);
  });

  test("an empty mapping is there", () => {
    const expected = {
      ...bare,
      hooks: { pre_start: "" },
      limits: { memory: null, open_files: null, processes: null, core_file_size: null },
      unsafe: { privileged: false, unrestricted_volumes: null, host_pid_namespace: false },
      env: {},
    };
    const fields = "hooks: {}, limits: {}, unsafe: {}, env: {}";
    expect<unknown>(processWith(fields)).toEqual(expected);
  });
});

describe("texts", () => {
  test("are what is written, whatever it looks like", () => {
    const texts = ["24", "1.50", "007", "0x1F", "TRUE", "no", "1e3", ".inf", "2020-01-02", "12:30"];
    expect(processWith(`args: [${texts.join(", ")}]`)?.args).toEqual(texts);
    expect(processWith("args: ['', ' x ', !mine y]")?.args).toEqual(["", " x ", "y"]);
  });

  test("of a list: nulls are dropped", () => {
    const args = processWith("args: [~, a, null, 'null', !!null '', b]")?.args;
    expect(args).toEqual(["a", "null", "b"]);
  });

  test("of an environment: null values are empty, null names are dropped", () => {
    const env = "env: {A: ~, B: , 1: x, true: y, 1.5: z, ~: dropped, 'null': kept, __proto__: p}";
    const decoded = Object.entries(processWith(env)?.env ?? {});
    const assignments = decoded.map(([name, text]) => `${name}=${text}`);
    const expected = ["1.5=z", "1=x", "A=", "B=", "__proto__=p", "null=kept", "true=y"];
    expect(assignments.sort()).toEqual(expected);
  });

  test("in base64 are decoded", () => {
    expect(processWith("args: [!!binary aGVsbG8=]")?.args).toEqual(["hello"]);
  });
});

describe("numbers", () => {
  test("may be written in every way that means a whole one", () => {
    const limits = "limits: {open_files: 12500.0, processes: 1e5, core_file_size: 0x1_00}";
    const expected = { memory: null, open_files: 12500n, processes: 100000n, core_file_size: 256n };
    expect(processWith(limits)?.limits).toEqual(expected);
  });

  test("may be as large as their types", () => {
    const limits = "limits: {open_files: 18446744073709551615, processes: -9223372036854775808}";
    const expected = { open_files: 2n ** 64n - 1n, processes: -(2n ** 63n) };
    expect(processWith(limits)?.limits).toMatchObject(expected);
  });
});

describe("merge keys", () => {
  test("fill in what is not given", () => {
    const { file, errors } = decode(
      [
        "x: &x {executable: /x, args: [x], limits: {memory: 1G}}",
        "y: &y {executable: /y, workdir: /y, <<: *x}",
        "processes:",
        "- {name: a, <<: *x, args: [own]}",
        "- {name: b, <<: [*y, *x], limits: ~}",
        "- {name: c, env: {<<: {A: merged, B: merged}, A: own}, executable: /c}",
      ].join("\n"),
    );
    expect(errors).toEqual([]);
    const [a, b, c] = file.processes ?? [];
    expect(a).toMatchObject({ executable: "/x", args: ["own"], limits: { memory: "1G" } });
    expect(b).toMatchObject({ executable: "/y", workdir: "/y", args: ["x"], limits: null });
    expect(c?.env).toEqual({ A: "own", B: "merged" });
  });

  test("in quotes are ordinary names", () => {
    expect(processWith("env: {'<<': x}")?.env).toEqual({ "<<": "x" });
  });

  test.each(["text", "~", "[a]", "*l"])("cannot take %j", (value) => {
    const text = `l: &l [1]\nprocesses:\n- name: a\n  <<: ${value}`;
    expect(messages(text)).toEqual([": `<<` takes a mapping, or a list of mappings"]);
  });
});

describe("aliases", () => {
  test("stand for their anchors' values, each time a fresh one", () => {
    const { file } = decode("l: &l [a]\np: &p {name: n, args: *l}\nprocesses: [*p, *p]");
    const [one, other] = file.processes ?? [];
    expect(one).toMatchObject({ name: "n", args: ["a"] });
    expect(other).toEqual(one);
    expect(other).not.toBe(one);
  });

  test("that blow up a file are refused", () => {
    const rows = Array.from(
      { length: 7 },
      (_, index) =>
        `m${index + 1}: &m${index + 1} {<<: [${Array(9).fill(`*m${index}`).join(", ")}]}`,
    );
    const text = ["m0: &m0 {name: a, executable: b}", ...rows, "processes: [*m7]"].join("\n");
    const expected = ": aliases repeat so much that the file would become enormous";
    expect(messages(text)).toEqual([expected]);
  });

  test("that nobody looks at are harmless", () => {
    const rows = Array.from(
      { length: 7 },
      (_, index) => `x${index + 1}: &x${index + 1} [${Array(9).fill(`*x${index}`).join(", ")}]`,
    );
    const text = ["x0: &x0 [x]", ...rows, "processes: []"].join("\n");
    expect(decode(text)).toMatchObject({ file: { processes: [] }, errors: [] });
  });

  test("within their own values are refused", () => {
    const text = "processes:\n- &p\n  name: a\n  <<: *p\n";
    expect(messages(text)).toEqual([": the value of &p contains itself"]);
  });
});

describe("a value of the wrong kind is refused", () => {
  test.each<[string, ...string[]]>([
    ["hello", ": expected properties with values, but got the text `hello`"],
    ["[a]", ": expected properties with values, but got a list"],
    ["processes: {a: b}", "processes: expected a list, but got a mapping"],
    ["processes: [~]", "processes[0]: expected properties with values, but got nothing"],
    [
      "processes: [a, ~]",
      "processes[0]: expected properties with values, but got the text `a`",
      "processes[1]: expected properties with values, but got nothing",
    ],
    ["processes: [{name: [a]}]", "processes[0].name: expected a text, but got a list"],
    [
      "processes: [{args: x}]",
      "processes[0].args: expected a list, but got the text `x`; put it between [ and ]",
    ],
    [
      "processes: [{args: [{a: b}]}]",
      "processes[0].args[0]: expected a text, but got a mapping; " +
        "put a text that contains `: ` in quotes",
    ],
    ["processes: [{env: [a]}]", "processes[0].env: expected names with values, but got a list"],
    ["processes: [{env: {A B: []}}]", 'processes[0].env["A B"]: expected a text, but got a list'],
    ["processes: [{env: {[a]: b}}]", "processes[0].env: a key must be a text"],
    [
      "processes: [{ephemeral_disk: 'true'}]",
      "processes[0].ephemeral_disk: expected true or false, but got the text `true`",
    ],
    [
      "processes: [{ephemeral_disk: 1}]",
      "processes[0].ephemeral_disk: expected true or false, but got `1`",
    ],
    [
      "processes: [{limits: {open_files: unlimited}}]",
      "processes[0].limits.open_files: expected a whole number from 0 to 2^64-1, " +
        "but got the text `unlimited`",
    ],
    [
      "processes: [{limits: {processes: 9223372036854775808}}]",
      "processes[0].limits.processes: expected a whole number below 2^63, but got `9223372...`",
    ],
    [
      "processes: [{limits: {open_files: !!int x}}]",
      "processes[0].limits.open_files: this value is no !!int",
    ],
    ["processes: [{name: a, !!int x: b}]", "processes[0]: this key is no !!int"],
    [
      "processes: [{name: a, name: b}]",
      "processes[0].name: the key `name` was given already, at line 1",
    ],
    [
      "processes:\n- <<: {name: a}\n  <<: {name: b}",
      'processes[0]["<<"]: the key `<<` was given already, at line 2',
    ],
  ])("%j", (text, ...expected) => {
    expect(messages(text)).toEqual(expected);
  });

  test("without keeping other values from being looked at", () => {
    const text = "processes: [{name: [], args: {}, limits: {open_files: x, processes: y}}, 5]";
    expect(messages(text).map((line) => line.split(": ")[0])).toEqual([
      "processes[0].name",
      "processes[0].args",
      "processes[0].limits.open_files",
      "processes[0].limits.processes",
      "processes[1]",
    ]);
  });
});

describe("an unknown property is ignored with a warning", () => {
  test.each([
    ["proceses: []", "proceses", "did you mean processes?"],
    ["processes: [{Name: a}]", "processes[0].Name", "did you mean name?"],
    ["processes: [{volumes: []}]", "processes[0].volumes", "did you mean additional_volumes?"],
    ["processes: [{open_files: 5}]", "processes[0].open_files", "did you mean limits.open_files?"],
    [
      "processes: [{privileged: true}]",
      "processes[0].privileged",
      "did you mean unsafe.privileged?",
    ],
    [
      "processes: [{limits: {cpu: 1}}]",
      "processes[0].limits.cpu",
      "the properties here are core_file_size, memory, open_files, processes",
    ],
  ])("%j", (text, path, advice) => {
    const { warnings, errors } = decode(text);
    const name = path.split(".").at(-1);
    expect(errors).toEqual([]);
    expect(warnings.map((warning) => [warning.path, warning.message])).toEqual([
      [path, `unknown property \`${name}\` is ignored; ${advice}`],
    ]);
  });

  test("unless it is there for aliases to refer to", () => {
    expect(decode("defaults: &defaults {a: b}\nprocesses: []").warnings).toEqual([]);
  });
});
