import { describe, expect, test } from "bun:test";
import { validateFile } from "../../../src/lint/validate.ts";

/** Paths and messages of the warnings about a process with these lines of block YAML. */
function warnings(lines: string, job: string | null = "web"): string[] {
  const head = "processes:\n- name: web\n";
  const program = /^executable:/m.test(lines) ? "" : "  executable: /var/vcap/packages/web/web\n";
  const text = head + program + lines.replace(/^/gm, "  ");
  const report = validateFile(text, { file: "bpm.yml", job: job ?? undefined });
  expect(report.errors).toEqual([]);
  const within = (path: string) => path.replace("processes[0].", "");
  return report.warnings.map(({ path, message }) => `${within(path)}: ${message}`);
}

describe("a path that the process will not see", () => {
  const hidden = "will not exist inside the sandbox";
  const volume = "a volume with mount_only: true would show it";

  test.each([
    [
      "args: [--config, /var/vcap/jobs/other/config.yml]",
      `args[1]: /var/vcap/jobs/other/config.yml ${hidden}; ${volume}`,
    ],
    [
      "args: ['--x=/var/vcap/bosh/a.b,/var/vcap/jobs/web/c.']",
      `args[0]: /var/vcap/bosh/a.b ${hidden}; ${volume}`,
    ],
    ["env: {RUN: /var/vcap/sys/run/web}", `env.RUN: /var/vcap/sys/run/web ${hidden}; ${volume}`],
    [
      "args: [/var/vcap/data/web/x]",
      `args[0]: /var/vcap/data/web/x ${hidden}; set ephemeral_disk: true`,
    ],
    [
      "args: [/var/vcap/store/web]",
      `args[0]: /var/vcap/store/web ${hidden}; set persistent_disk: true`,
    ],
    ["workdir: /var/vcap/jobs/other", `workdir: /var/vcap/jobs/other ${hidden}; ${volume}`],
    [
      "executable: /var/vcap/jobs/other/bin/x",
      `executable: /var/vcap/jobs/other/bin/x ${hidden}; ${volume}`,
    ],
    ["executable: /opt/x", `executable: /opt/x ${hidden}`],
    ["args: [/var/vcap/jobs/web-2/x]", `args[0]: /var/vcap/jobs/web-2/x ${hidden}; ${volume}`],
  ])("%s", (lines, expected) => {
    expect(warnings(lines)).toEqual([expected]);
  });

  test.each([
    "args: [/var/vcap/jobs/web/config.yml, /var/vcap/packages/x, /var/vcap/data/packages/x/y]",
    "args: [/var/vcap/sys/log/web/x.log, /var/vcap/data/web/tmp/x]",
    "args: [/var/vcap/data, /var/vcap, /other/var/vcap/x, /var/vcapx]",
    "args: [/var/vcap/data/web/x]\nephemeral_disk: true",
    "args: [/var/vcap/store/web/x]\npersistent_disk: true",
    "args: [/var/vcap/data/x/y]\nadditional_volumes: [{path: /var/vcap/data/x}]",
    "args: [/var/vcap/jobs/x/y]\nunsafe: {unrestricted_volumes: [{path: /var/vcap/jobs/*/y}]}",
    "env: {PATH: /var/vcap/bosh/bin}",
    "args: ['/var/vcap/jobs/$NAME/x']",
    "executable: redis-server",
    "executable: /usr/bin/redis-server",
  ])("is not meant by %j", (lines) => {
    expect(warnings(lines)).toEqual([]);
  });

  test("cannot be told apart from the job's own without knowing the job", () => {
    const lines = "args: [/var/vcap/jobs/x/y, /var/vcap/store/x, /var/vcap/bosh/x]";
    const paths = warnings(lines, null).map((line) => line.split(" ")[1]);
    expect(paths).toEqual(["/var/vcap/bosh/x"]);
  });
});

describe("an executable that cannot be executed", () => {
  const advice = "can be executed inside the sandbox; a volume with allow_executions: true could";

  test.each([
    [
      "executable: /var/vcap/data/web/bin/x\nephemeral_disk: true",
      `nothing in /var/vcap/data/web ${advice}`,
    ],
    ["executable: /tmp/x", `nothing in /tmp ${advice}`],
    [
      "executable: /var/vcap/data/x/y\nadditional_volumes: [{path: /var/vcap/data/x}]",
      `nothing in /var/vcap/data/x ${advice}`,
    ],
    [
      "executable: /usr/bin/env sh",
      "a space in the path of the executable; arguments go into args, one by one",
    ],
  ])("%j", (lines, message) => {
    expect(warnings(lines)).toEqual([`executable: ${message}`]);
  });

  test("becomes one with allow_executions", () => {
    const volumes = "[{path: /var/vcap/data/x, allow_executions: true}]";
    expect(warnings(`executable: /var/vcap/data/x/y\nadditional_volumes: ${volumes}`)).toEqual([]);
  });
});

describe("a text that a comment cuts short", () => {
  const message = "the text ends here, because ` #` begins a comment; put all of it in quotes";

  test.each([
    ["args:\n- a\n- --password=ab #cd", "args[1]"],
    ["env:\n  SECRET: ab\t#cd", "env.SECRET"],
    ["workdir: /var/vcap/jobs/web #x", "workdir"],
    ["hooks:\n  pre_start: /x #y", "hooks.pre_start"],
  ])("%j", (lines, path) => {
    expect(warnings(lines)).toEqual([`${path}: ${message}`]);
  });

  test.each([
    "args:\n- a # a comment\n- b#c\n- 'd' #e\n- f ## g",
    "env:\n  EMPTY: #c",
    "limits:\n  memory: 1G #c",
  ])("is not %j", (lines) => {
    expect(warnings(lines)).toEqual([]);
  });
});

describe("a volume that does something else", () => {
  test.each([
    [
      "additional_volumes: [{path: /var/vcap/data}]",
      "additional_volumes[0].path: " +
        "a directory of all jobs cannot be given to this one; write mount_only: true",
    ],
    [
      "additional_volumes: [{path: /var/vcap/sys/run/bpm/x}]",
      "additional_volumes[0].path: " +
        "what bpm itself goes by is not given to a job; write mount_only: true",
    ],
    [
      "additional_volumes: [{path: /var/vcap/jobs/web/config, writable: true}]",
      "additional_volumes[0].path: what BOSH installs is not given to a job; " +
        "write mount_only: true",
    ],
    [
      "additional_volumes: [{path: '/var/vcap/data/*'}]",
      "additional_volumes[0].path: " +
        "patterns work in unsafe.unrestricted_volumes only; here the path is taken literally",
    ],
    [
      "additional_volumes: [{path: /var/vcap/x}, {path: /var/vcap/x}]",
      "additional_volumes[1].path: this volume is in the list already, and only the first counts",
    ],
    [
      "additional_volumes: [{path: /var/vcap/sys/log/web}]",
      "additional_volumes[0].path: " +
        "bpm mounts this anyway, and the options given here have no effect",
    ],
    [
      "unsafe: {unrestricted_volumes: [{path: /var/vcap/x/**}]}",
      "unsafe.unrestricted_volumes[0].path: `**` matches no more than `*`: one directory level",
    ],
    [
      "unsafe: {unrestricted_volumes: [{path: x}]}",
      "unsafe.unrestricted_volumes[0].path: " + "a volume's path must begin with /",
    ],
  ])("%s", (lines, expected) => {
    expect(warnings(lines)).toEqual([expected]);
  });

  test("is none that is only mounted", () => {
    const mounted = ["data", "sys/run/bpm", "packages/x"].map(
      (path) => `{path: /var/vcap/${path}, mount_only: true}`,
    );
    expect(warnings(`additional_volumes: [${mounted.join(", ")}]`)).toEqual([]);
  });
});

describe("a limit that limits something else", () => {
  test.each([
    ["memory: 0M", "limits.memory: 0 means no limit"],
    ["open_files: 0", "limits.open_files: a process that may open no file cannot start"],
    ["open_files: 1.5", "limits.open_files: the fraction is cut off, which leaves 1"],
    ["processes: -1", "limits.processes: -1 means no limit"],
    [
      "processes: 1",
      "limits.processes: the init of the sandbox counts too, so the process itself cannot start",
    ],
  ])("%s", (limit, expected) => {
    expect(warnings(`limits:\n  ${limit}`)).toEqual([expected]);
  });

  const proper = ["memory: 1G", "open_files: 1024.0", "open_files: 1e5", "processes: 2"];
  test.each([...proper, "core_file_size: 0"])("is not %s", (limit) => {
    expect(warnings(`limits:\n  ${limit}`)).toEqual([]);
  });
});

test("capabilities are those that there are, without a prefix", () => {
  const without = "does not exist, and is left out; did you mean";
  expect(warnings("capabilities: [CAP_NET_RAW, net_admin, SYS_TIM, SYS_TIME]")).toEqual([
    `capabilities[0]: capability "CAP_NET_RAW" ${without} NET_RAW?`,
    `capabilities[1]: capability "net_admin" ${without} NET_ADMIN?`,
    `capabilities[2]: capability "SYS_TIM" ${without} SYS_TIME?`,
  ]);
});

test("of two processes with one name only the first can be started", () => {
  const process = "{name: a, executable: sh}";
  const report = validateFile(`processes:\n- ${process}\n- ${process}`, { file: "bpm.yml" });
  expect(report.warnings).toEqual([
    {
      path: "processes[1].name",
      line: 3,
      column: 10,
      message: "another process above has this name, and only that one can be started",
    },
  ]);
});
