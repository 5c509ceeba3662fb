import { describe, expect, test } from "bun:test";
import { processPaths } from "../../../src/bosh/process-paths.ts";
import { config, facts, paths, plan, volume } from "./fixtures.ts";

test("a process runs as vcap, confined", () => {
  const { launch } = plan();
  expect(launch).toMatchObject({
    id: "bpm-web",
    executable: "/bin/sleep",
    argv: ["/bin/sleep", "1000"],
    workdir: "/var/vcap/jobs/web",
    uid: 2000,
    gid: 3000,
    host_pid_namespace: false,
    root_read_only: true,
    capabilities: [],
    no_new_privileges: true,
    seccomp: true,
  });
  expect(launch.masked_paths).toContain("/proc/kcore");
  expect(launch.readonly_paths).toContain("/proc/sys");
});

test("a privileged process runs as root, less confined", () => {
  expect(plan({ config: config({ privileged: true }) }).launch).toMatchObject({
    uid: 0,
    gid: 0,
    root_read_only: false,
    masked_paths: [],
    readonly_paths: [],
    no_new_privileges: false,
    seccomp: false,
  });
});

test("/dev has the devices that programs expect, and the links into /proc and /dev/pts", () => {
  const { devices, symlinks } = plan().launch;
  expect(devices.map(({ path, major, minor }) => `${path} ${major}:${minor}`)).toEqual([
    "/dev/null 1:3",
    "/dev/zero 1:5",
    "/dev/full 1:7",
    "/dev/random 1:8",
    "/dev/urandom 1:9",
    "/dev/tty 5:0",
  ]);
  expect(symlinks.map(({ path, target }) => `${path} -> ${target}`)).toEqual([
    "/dev/fd -> /proc/self/fd",
    "/dev/stdin -> /proc/self/fd/0",
    "/dev/stdout -> /proc/self/fd/1",
    "/dev/stderr -> /proc/self/fd/2",
    "/dev/ptmx -> pts/ptmx",
  ]);
});

test("what bpm.yml says of the process is passed on", () => {
  const { launch } = plan({
    paths: processPaths(paths.root, "web", "odd.worker"),
    config: config({
      executable: "server",
      args: ["-x", ""],
      workdir: "/tmp",
      hostPidNamespace: true,
      capabilities: ["NET_RAW"],
    }),
  });
  expect(launch).toMatchObject({
    id: "bpm-web.2eodd.2eworker",
    executable: "server",
    argv: ["server", "-x", ""],
    workdir: "/tmp",
    host_pid_namespace: true,
    capabilities: [13],
  });
});

test("the same input gives the same bytes, and text that carries every number", () => {
  const request = {
    config: config({ limits: { openFiles: 7n, coreFileSize: 2n ** 60n } }),
    facts: facts(),
  };
  const text = JSON.stringify(plan(request).launch);
  expect(JSON.stringify(plan(request).launch)).toBe(text);
  expect(text).toContain('"1152921504606846976"');
});

describe("a process that cannot run as configured is refused", () => {
  test("with all problems that its file has told of", () => {
    const problem = (message: string) => ({ path: "", line: 1, column: 1, message });
    const startProblems = [problem("memory is odd"), problem("so is the rest")];
    const problematic = { config: config({ startProblems }) };
    expect(() => plan(problematic)).toThrow("memory is odd; so is the rest");
  });

  test("without the disk that it wants", () => {
    const wanting = { config: config({ persistentDisk: true }), facts: facts({ store: false }) };
    expect(() => plan(wanting)).toThrow("requested persistent disk does not exist");
  });

  test("in a directory that is nowhere in particular", () => {
    const relative = { config: config({ workdir: "tmp" }) };
    expect(() => plan(relative)).toThrow('workdir "tmp" is not absolute');
  });
});

describe("warnings", () => {
  function codes(different: Parameters<typeof plan>[0]): string[] {
    return plan(different).warnings.map(({ code }) => code);
  }

  test("are not given without reason", () => {
    const additionalVolumes = [volume("/var/vcap/data/v")];
    expect(codes({ config: config({ additionalVolumes }) })).toEqual([]);
  });

  test("tell that Rosetta allows no seccomp filter, to those who would have one", () => {
    const rosetta = facts({ rosetta: true });
    expect(plan({ facts: rosetta }).launch.seccomp).toBe(false);
    expect(codes({ facts: rosetta })).toEqual(["seccomp-disabled"]);
    expect(codes({ facts: rosetta, config: config({ privileged: true }) })).toEqual([]);
  });

  test("tell that a directory of all jobs was not taken over", () => {
    const whole = volume("/var/vcap/data");
    expect(codes({ config: config({ additionalVolumes: [whole] }) })).toEqual([
      "shared-directory-not-chowned",
    ]);
    const shown = { ...whole, mountOnly: true };
    expect(codes({ config: config({ additionalVolumes: [shown] }) })).toEqual([]);
  });

  test.each(["", "opt/x", "./x"])("tell of a path that is left out: %j", (path) => {
    const request = { config: config({ unrestrictedVolumes: [volume(path)] }) };
    const found = codes({ ...request, facts: facts({ unrestricted: [[]] }) });
    expect(found).toEqual(["volume-skipped"]);
  });

  test("tell of a capability that does not exist", () => {
    const found = codes({ config: config({ capabilities: ["net_raw"] }) });
    expect(found).toEqual(["unknown-capability"]);
  });

  test("tell of a glob that matches very many paths", () => {
    const paths = Array.from({ length: 101 }, (_, index) => `/opt/${index}`);
    const many = (count: number) => ({
      config: config({ unrestrictedVolumes: [volume("/opt/*")] }),
      facts: facts({ unrestricted: [paths.slice(0, count)] }),
    });
    expect(codes(many(100))).toEqual([]);
    expect(codes(many(101))).toEqual(["many-volumes"]);
  });
});
