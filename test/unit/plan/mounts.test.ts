import { describe, expect, test } from "bun:test";
import { processPaths } from "../../../src/bosh/process-paths.ts";
import type { Mount } from "../../../src/plan/launch-plan.ts";
import { config, facts, paths, plan, volume } from "./fixtures.ts";

/** One line for a mount, in the words of mount(8). */
function line(mount: Mount): string {
  const flags = [
    mount.read_only ? "ro" : "rw",
    mount.no_exec ? "noexec" : "exec",
    ...(mount.no_suid ? ["nosuid"] : []),
    ...(mount.no_dev ? ["nodev"] : []),
    ...(mount.recursive ? ["rec"] : []),
    ...(mount.propagation === "private" ? [] : [mount.propagation]),
    ...mount.options.map(({ key, value }) => (value === "" ? key : `${key}=${value}`)),
  ];
  return `${mount.type} ${mount.source} ${mount.target} ${flags.join(",")}`;
}

function targets(request: Parameters<typeof plan>[0]): string[] {
  return plan(request).launch.mounts.map(({ target }) => target);
}

function mountAt(target: string, request: Parameters<typeof plan>[0]): Mount {
  const found = plan(request).launch.mounts.find((mount) => mount.target === target);
  if (found === undefined) throw new Error(`nothing is mounted at ${target}`);
  return found;
}

test("a plain process sees the system and its own part of the BOSH root, and nothing else", () => {
  expect(plan().launch.mounts.map(line)).toEqual([
    "bind /bin /bin ro,exec,nosuid,nodev,slave",
    "tmpfs tmpfs /dev rw,noexec,nosuid,mode=755",
    "mqueue mqueue /dev/mqueue rw,noexec,nosuid,nodev",
    "devpts devpts /dev/pts rw,noexec,nosuid,newinstance,ptmxmode=0666,mode=0620,gid=5",
    "tmpfs shm /dev/shm rw,noexec,nosuid,nodev,mode=1777",
    "bind /etc /etc ro,exec,nosuid,nodev,slave",
    "bind /lib /lib ro,exec,nosuid,nodev,slave",
    "bind /lib64 /lib64 ro,exec,nosuid,nodev,slave",
    "proc proc /proc rw,exec",
    "bind /sbin /sbin ro,exec,nosuid,nodev,slave",
    "sysfs sysfs /sys ro,noexec,nosuid,nodev",
    "bind /var/vcap/data/web/tmp /tmp rw,noexec,nosuid,nodev,rec,slave",
    "bind /usr /usr ro,exec,nosuid,nodev,slave",
    "bind /var/vcap/data/web/tmp /var/tmp rw,noexec,nosuid,nodev,rec,slave",
    "bind /var/vcap/data/packages /var/vcap/data/packages ro,exec,nosuid,nodev,slave",
    "bind /var/vcap/data/web/tmp /var/vcap/data/web/tmp rw,noexec,nosuid,nodev,rec,slave",
    "bind /var/vcap/jobs/web /var/vcap/jobs/web ro,exec,nosuid,nodev,slave",
    "bind /var/vcap/packages /var/vcap/packages ro,exec,nosuid,nodev,slave",
    "bind /var/vcap/sys/log/web /var/vcap/sys/log/web rw,noexec,nosuid,nodev,rec,slave",
  ]);
});

test("a system directory that the host has not got is left out", () => {
  const mounted = targets({ facts: facts({ directories: ["/bin", "/etc", "/usr"] }) });
  expect(mounted).toContain("/usr");
  expect(mounted).not.toContain("/lib64");
});

test("disks are mounted when asked for", () => {
  const disks = config({ ephemeralDisk: true, persistentDisk: true });
  expect(line(mountAt("/var/vcap/data/web", { config: disks }))).toBe(
    "bind /var/vcap/data/web /var/vcap/data/web rw,noexec,nosuid,nodev,rec,slave",
  );
  expect(line(mountAt("/var/vcap/store/web", { config: disks }))).toBe(
    "bind /var/vcap/store/web /var/vcap/store/web rw,noexec,nosuid,nodev,rec,slave",
  );
});

test("a privileged process has set-user-id programs on every mount, and all else the same", () => {
  const privileged = plan({ config: config({ privileged: true }) }).launch.mounts;
  expect(privileged).toEqual(plan().launch.mounts.map((mount) => ({ ...mount, no_suid: false })));
});

test("another BOSH root is the source, never the target", () => {
  const moved = plan({
    paths: processPaths({ root: "/srv/bosh" }, "web", "web"),
    config: config({ additionalVolumes: [volume("/var/vcap/data/shared")] }),
  });
  const sources = moved.launch.mounts.map(({ source }) => source);
  const mounted = moved.launch.mounts.map(({ target }) => target);
  expect(sources.filter((source) => source.startsWith("/var/vcap"))).toEqual([]);
  expect(sources).toContain("/srv/bosh/data/shared");
  expect(mounted.filter((target) => target.startsWith("/srv"))).toEqual([]);
  expect(mounted).toContain("/var/vcap/data/shared");
});

describe("an additional volume", () => {
  test.each([
    [{}, "ro,noexec,nosuid,nodev,rec,slave"],
    [{ writable: true }, "rw,noexec,nosuid,nodev,rec,slave"],
    [{ allowExecutions: true }, "ro,exec,nosuid,nodev,rec,slave"],
    [{ shared: true }, "ro,noexec,nosuid,nodev,rec,shared"],
  ])("with %j is mounted %s", (options, flags) => {
    const path = "/var/vcap/data/v";
    const volumes = config({ additionalVolumes: [volume(path, options)] });
    expect(line(mountAt(path, { config: volumes }))).toBe(`bind ${path} ${path} ${flags}`);
  });

  test("may come from the command line, after those of bpm.yml", () => {
    const { launch, duplicates } = plan({
      config: config({ additionalVolumes: [volume("/var/vcap/data/v", { writable: true })] }),
      overrides: { env: [], volumes: [volume("/var/vcap/data/v"), volume("/var/vcap/data/w")] },
    });
    const mounted = launch.mounts.filter(({ target }) => /data\/[vw]$/.test(target));
    expect(mounted.map(({ target, read_only }) => [target, read_only])).toEqual([
      ["/var/vcap/data/v", false],
      ["/var/vcap/data/w", true],
    ]);
    expect(duplicates.map(({ mount }) => mount.target)).toEqual(["/var/vcap/data/v"]);
  });
});

test("a volume is shown by the name that it is given, inside or outside", () => {
  const moved = {
    paths: processPaths({ root: "/srv/bosh" }, "web", "web"),
    config: config({
      ephemeralDisk: true,
      additionalVolumes: [volume("/var/vcap/data/v"), volume("/srv/bosh/data/w")],
      unrestrictedVolumes: [volume("/srv/bosh/*/*")],
    }),
    facts: facts({ unrestricted: [["/srv/bosh/data/web", "/srv/bosh/jobs/web", "/srv/bosh/x/y"]] }),
  };
  expect(mountAt("/var/vcap/data/v", moved).source).toBe("/srv/bosh/data/v");
  expect(mountAt("/srv/bosh/data/w", moved).source).toBe("/srv/bosh/data/w");
  expect(targets(moved).filter((target) => target.startsWith("/srv"))).toEqual([
    "/srv/bosh/data/w",
    "/srv/bosh/x/y",
  ]);
});

test("what bpm goes by is read-only wherever a writable volume shows it", () => {
  const covered = (path: string, writable: boolean, root = "/var/vcap") =>
    plan({
      paths: processPaths({ root }, "web", "web"),
      config: config({ additionalVolumes: [volume(path, { writable })] }),
    }).launch.readonly_paths.filter((path) => !path.startsWith("/proc"));
  expect(covered("/var/vcap/sys/run", true)).toEqual([
    "/var/vcap/sys/run/bpm",
    "/var/vcap/sys/run/bpm-state",
  ]);
  expect(covered("/var/vcap/data", true)).toEqual([
    "/var/vcap/data/bpm",
    "/var/vcap/data/sys/run/bpm",
    "/var/vcap/data/sys/run/bpm-state",
  ]);
  expect(covered("/srv/data", true, "/srv")).toContain("/srv/data/bpm");
  expect(covered("/var/vcap/data", false)).toEqual([]);
  expect(covered("/var/vcap/data/web-2", true)).toEqual([]);
});

test("mounts are made parents first, however volumes are ordered", () => {
  const nested = ["a/b/c", "a-b", "a", "a/b"].map((path) => `/var/vcap/data/${path}`);
  const additionalVolumes = nested.map((path) => volume(path));
  const mounted = targets({ config: config({ additionalVolumes }) });
  const misplaced = mounted.filter((target, index) =>
    mounted.slice(0, index).some((earlier) => earlier.startsWith(`${target}/`)),
  );
  expect(misplaced).toEqual([]);
  expect(mounted).toEqual(expect.arrayContaining(nested));
});

test("the first mount of a target wins, and the others are told", () => {
  const { launch, origins, duplicates } = plan({
    config: config({
      additionalVolumes: [
        volume("/var/vcap/packages", { writable: true }),
        volume("/var/vcap/data/v"),
        volume("/var/vcap/data/v", { writable: true }),
      ],
      unrestrictedVolumes: [volume("/var/vcap/data/[v]"), volume("/etc")],
    }),
    facts: facts({ unrestricted: [["/var/vcap/data/v"], ["/etc"]] }),
  });
  expect(new Set(launch.mounts.map(({ target }) => target)).size).toBe(launch.mounts.length);
  const kept = launch.mounts.flatMap((mount, index) =>
    ["/etc", "/var/vcap/packages", "/var/vcap/data/v"].includes(mount.target)
      ? [[mount.target, mount.read_only, origins[index]?.kind]]
      : [],
  );
  expect(kept).toEqual([
    ["/etc", true, "system"],
    ["/var/vcap/data/v", true, "additional_volumes"],
    ["/var/vcap/packages", true, "bosh"],
  ]);
  expect(duplicates.map(({ mount, origin }) => [mount.target, origin.kind])).toEqual([
    ["/var/vcap/packages", "additional_volumes"],
    ["/var/vcap/data/v", "additional_volumes"],
    ["/var/vcap/data/v", "unrestricted_volumes"],
    ["/etc", "unrestricted_volumes"],
  ]);
});

describe("an unrestricted volume", () => {
  test("is mounted once for each match, with the volume's flags", () => {
    const unrestricted = volume("/opt/*", { writable: true, allowExecutions: true });
    const request = {
      config: config({ unrestrictedVolumes: [unrestricted] }),
      facts: facts({ unrestricted: [["/opt/a", "/opt/b"]] }),
    };
    expect(["/opt/a", "/opt/b"].map((target) => line(mountAt(target, request)))).toEqual([
      "bind /opt/a /opt/a rw,exec,nosuid,nodev,rec,slave",
      "bind /opt/b /opt/b rw,exec,nosuid,nodev,rec,slave",
    ]);
  });

  test("leaves out what a BOSH mount of the process shows, going by components", () => {
    const matches = [
      "/tmp/x",
      "/var/vcap/data",
      "/var/vcap/data/web",
      "/var/vcap/data/web/tmp/x",
      "/var/vcap/jobs/web",
      "/var/vcap/jobs/web-adapter/config",
      "/var/vcap/jobs/web/config",
      "/var/vcap/packages/ruby",
    ];
    const request = (ephemeralDisk: boolean) => ({
      config: config({ ephemeralDisk, unrestrictedVolumes: [volume("/**")] }),
      facts: facts({ unrestricted: [matches] }),
    });
    const shown = (ephemeralDisk: boolean) => {
      const { launch, origins } = plan(request(ephemeralDisk));
      return launch.mounts
        .filter((_, index) => origins[index]?.kind === "unrestricted_volumes")
        .map(({ target }) => target);
    };
    expect(shown(false)).toEqual([
      "/var/vcap/data",
      "/var/vcap/data/web",
      "/var/vcap/jobs/web-adapter/config",
    ]);
    expect(shown(true)).toEqual(["/var/vcap/data", "/var/vcap/jobs/web-adapter/config"]);
  });

  test("may be a device node; nothing else that is mounted may", () => {
    const request = {
      config: config({ unrestrictedVolumes: [volume("/dev/fuse", { writable: true })] }),
      facts: facts({ unrestricted: [["/dev/fuse"]] }),
    };
    expect(plan(request).launch.mounts.filter(({ device_node }) => device_node)).toMatchObject([
      { target: "/dev/fuse", no_dev: true },
    ]);
  });

  test("that every sandbox has gives way to the sandbox's own, but not in the host's /dev", () => {
    const listed = [volume("/dev/*"), volume("/dev")];
    const matched = [["/dev/fd", "/dev/kmsg", "/dev/null"], ["/dev"]];
    const left = (count: number) =>
      plan({
        config: config({ unrestrictedVolumes: listed.slice(0, count) }),
        facts: facts({ unrestricted: matched.slice(0, count) }),
      }).duplicates.map(({ mount }) => mount.target);
    expect(left(1)).toEqual(["/dev/fd", "/dev/null"]);
    expect(left(2)).toEqual([]);
  });
});

describe("the host's /dev as a volume", () => {
  const listed = config({ unrestrictedVolumes: [volume("/dev", { writable: true })] });
  const request = { config: listed, facts: facts({ unrestricted: [["/dev"]] }) };

  test("takes the place of the sandbox's own, with devices, and nothing is made in it", () => {
    const { launch, duplicates } = plan(request);
    expect(line(mountAt("/dev", request))).toBe("bind /dev /dev rw,noexec,nosuid,rec,slave");
    expect([launch.devices, launch.symlinks, duplicates]).toEqual([[], [], []]);
    expect(targets(request)).toEqual(targets({}));
  });

  test("gets no mount point that it has not got", () => {
    const directories = ["/usr", "/dev/pts"];
    const sparse = { ...request, facts: facts({ unrestricted: [["/dev"]], directories }) };
    expect(targets(sparse).filter((target) => target.startsWith("/dev"))).toEqual([
      "/dev",
      "/dev/pts",
    ]);
  });
});

test("/proc is the sandbox's own, whatever is listed", () => {
  const { launch, duplicates } = plan({
    config: config({ unrestrictedVolumes: [volume("/proc"), volume("/sys")] }),
    facts: facts({ unrestricted: [["/proc"], ["/sys"]] }),
  });
  const types = launch.mounts.filter(({ target }) => /^.(proc|sys)$/.test(target));
  expect(types.map(({ type }) => type)).toEqual(["proc", "bind"]);
  expect(duplicates.map(({ mount }) => mount.target)).toEqual(["/proc"]);
});

test("every mount's origin is known, with the place in bpm.yml for volumes", () => {
  const position = { line: 7, column: 5 };
  const { launch, origins } = plan({
    config: config({
      persistentDisk: true,
      additionalVolumes: [volume("/var/vcap/data/v", { position })],
    }),
  });
  const indexOf = (target: string) => launch.mounts.findIndex((mount) => mount.target === target);
  const origin = (target: string) => origins[indexOf(target)];
  expect(origins.length).toBe(launch.mounts.length);
  expect(origin("/proc")).toEqual({ kind: "system" });
  expect(origin("/tmp")).toEqual({ kind: "bosh" });
  expect(origin("/var/vcap/store/web")).toEqual({ kind: "persistent_disk" });
  expect(origin("/var/vcap/data/v")).toEqual({
    kind: "additional_volumes",
    volume: volume("/var/vcap/data/v", { position }),
  });
});

test("a process named otherwise than its job uses the job's directories", () => {
  const worker = processPaths(paths.root, "web", "worker");
  expect(targets({ paths: worker })).toEqual(targets({}));
});
