import { describe, expect, test } from "bun:test";
import { chownSync, lstatSync, mkdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { BoshRoot, type ProcessSpec } from "../../support/bosh-root.ts";
import { mustRun } from "../../support/command.ts";
import { reportFrom, script, shell } from "../../support/inside.ts";
import { mountAt, mountsOf, parseMounts } from "../../support/mounts.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

const conflict = "cannot conflict with default job data or store directories";

const volume = "/var/vcap/data/vol";

/** The mounts that a job with these volumes sees. */
async function mountsWith(root: BoshRoot, volumes: readonly ProcessSpec[], more: ProcessSpec = {}) {
  const { mounts } = await reportFrom(root, "start", { additional_volumes: volumes, ...more });
  return parseMounts(mounts);
}

/** `rw,nosuid,nodev,noexec` without what tells of access times. */
function optionsAt(mounts: ReturnType<typeof parseMounts>, target: string): string | undefined {
  return mountAt(mounts, target)
    ?.options.filter((option) => !option.endsWith("atime"))
    .join(",");
}

function owner(path: string): string {
  const { mode, uid, gid } = lstatSync(path);
  return `${(mode & 0o777).toString(8)} ${uid}:${gid}`;
}

describe.skipIf(!isSandboxed)("An additional volume", () => {
  const flags = ["writable", "allow_executions", "mount_only", "shared"] as const;
  const combinations = Array.from({ length: 16 }, (_, bits) => {
    return flags.filter((_, index) => (bits >> index) & 1);
  });
  test.each(combinations.map((set) => [set]))("with %j is mounted so", async (set) => {
    await using root = new BoshRoot();
    mkdirSync(root.at("data/vol"), 0o755);
    const settings = Object.fromEntries(set.map((flag) => [flag, true]));
    const mounts = await mountsWith(root, [{ path: volume, ...settings }]);
    const access = set.includes("writable") ? "rw" : "ro";
    const execution = set.includes("allow_executions") ? "" : ",noexec";
    expect(optionsAt(mounts, volume)).toBe(`${access},nosuid,nodev${execution}`);
    const tags = mountAt(mounts, volume)?.propagation.map((tag) => tag.replace(/:\d+/, ""));
    expect(tags?.includes("shared")).toBe(set.includes("shared"));
    expect(owner(root.at("data/vol"))).toBe(
      set.includes("mount_only") ? "755 0:0" : "700 2000:3000",
    );
  });

  test("that is missing is made, with the directories above it", async () => {
    await using root = new BoshRoot();
    await mountsWith(root, [{ path: "/var/vcap/data/deep/er/vol", writable: true }]);
    expect(owner(root.at("data/deep/er/vol"))).toBe("700 2000:3000");
    expect(owner(root.at("data/deep/er"))).toBe("700 0:0");
  });

  test("that is missing and mount_only is named", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], additional_volumes: [{ path: volume, mount_only: true }] });
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toContain("data/vol");
    expect(stderr).toContain("ENOENT");
    expect(root.exists("data/vol")).toBe(false);
  });

  test("that is somebody else's directory becomes vcap's, what is in it does not", async () => {
    await using root = new BoshRoot();
    root.write("data/vol/file", "text", 0o640);
    chownSync(root.at("data/vol"), 1, 1);
    await mountsWith(root, [{ path: volume }]);
    expect(owner(root.at("data/vol"))).toBe("700 2000:3000");
    expect(owner(root.at("data/vol/file"))).toBe("640 0:0");
  });

  test("can be a file, which becomes vcap's and keeps its mode", async () => {
    await using root = new BoshRoot();
    const file = root.write("data/file", "in a file\n", 0o640);
    const spec = script(`cat ${volume.replace("vol", "file")}; echo more >> /var/vcap/data/file`, {
      additional_volumes: [{ path: "/var/vcap/data/file", writable: true }],
    });
    root.job("web", spec);
    expect((await root.mustBpm(["run", "web"])).stdout).toBe("in a file\n");
    expect(readFileSync(file, "utf8")).toBe("in a file\nmore\n");
    expect(owner(file)).toBe("640 2000:3000");
  });

  test("can be a socket", async () => {
    await using root = new BoshRoot();
    const server = Bun.listen({ unix: root.at("data/socket"), socket: { data: () => undefined } });
    const connect =
      "perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); " +
      'connect(S, sockaddr_un("/var/vcap/data/socket")) or die $!; print "connected"\'';
    const additional_volumes = [{ path: "/var/vcap/data/socket", writable: true }];
    expect(await shell(root, connect, { additional_volumes })).toBe("connected");
    server.stop(true);
  });

  test("shows what the host puts there later", async () => {
    await using root = new BoshRoot();
    root.job(
      "web",
      script(`until cat ${volume}/late/file 2>/dev/null; do sleep 0.05; done`, {
        additional_volumes: [{ path: volume }],
      }),
    );
    await root.start("web");
    root.write("data/early/file", "here it is");
    renameSync(root.at("data/early"), root.at("data/vol/late"));
    await root.printed("web", "here it is");
  });

  test("may lie in another, in whatever order they are listed", async () => {
    await using root = new BoshRoot();
    const volumes = [
      { path: `${volume}/inner/most`, writable: true },
      { path: volume },
      { path: `${volume}/inner`, allow_executions: true },
    ];
    const mounts = await mountsWith(root, volumes);
    expect(
      [volume, `${volume}/inner`, `${volume}/inner/most`].map((path) => optionsAt(mounts, path)),
    ).toEqual(["ro,nosuid,nodev,noexec", "ro,nosuid,nodev", "rw,nosuid,nodev,noexec"]);
  });

  test("that is listed twice is mounted as listed first, and that is logged", async () => {
    await using root = new BoshRoot();
    const mounts = await mountsWith(root, [{ path: volume }, { path: volume, writable: true }]);
    expect(mounts.filter(({ target }) => target === volume)).toHaveLength(1);
    expect(optionsAt(mounts, volume)).toBe("ro,nosuid,nodev,noexec");
    expect(root.bpmMessages("web").some((message) => message.endsWith("duplicate-mount"))).toBe(
      true,
    );
  });

  test("does not override a BOSH mount", async () => {
    await using root = new BoshRoot();
    const path = "/var/vcap/packages";
    const mounts = await mountsWith(root, [{ path, mount_only: true, writable: true }]);
    expect(optionsAt(mounts, path)).toBe("ro,nosuid,nodev");
  });

  test("may lie in the job's own ephemeral disk", async () => {
    await using root = new BoshRoot();
    const volumes = [{ path: "/var/vcap/data/web/bin", allow_executions: true, writable: true }];
    const mounts = await mountsWith(root, volumes, { ephemeral_disk: true });
    expect(optionsAt(mounts, "/var/vcap/data/web")).toBe("rw,nosuid,nodev,noexec");
    expect(optionsAt(mounts, "/var/vcap/data/web/bin")).toBe("rw,nosuid,nodev");
  });

  test("may be the sibling of a name that it begins with", async () => {
    await using root = new BoshRoot();
    const path = "/var/vcap/data/web-adapter";
    const mounts = await mountsWith(root, [{ path, writable: true }]);
    expect(optionsAt(mounts, path)).toBe("rw,nosuid,nodev,noexec");
  });

  test("that is read-only is so below its own mounts too", async () => {
    await using root = new BoshRoot();
    mkdirSync(root.at("data/vol/below"), { recursive: true });
    await mustRun(["mount", "-t", "tmpfs", "below", root.at("data/vol/below")]);
    const mounts = await mountsWith(root, [{ path: volume, mount_only: true }]);
    expect(optionsAt(mounts, `${volume}/below`)).toBe("ro,nosuid,nodev,noexec");
  });
});

describe.skipIf(!isSandboxed)("A shared volume", () => {
  const shared = [{ path: volume, shared: true, mount_only: true, writable: true }];
  const sleeping = { args: ["sleep"], additional_volumes: shared };

  test("is made a shared mount on the host once, however often the job restarts", async () => {
    await using root = new BoshRoot();
    mkdirSync(root.at("data/vol"));
    root.job("web", sleeping);
    const count = () =>
      mountsOf("self").filter(({ target }) => target === root.at("data/vol")).length;
    expect(count()).toBe(0);
    for (let times = 0; times < 3; times += 1) {
      await root.start("web");
      expect(count()).toBe(1);
      await root.stop("web");
    }
    const total = mountsOf("self").length;
    await root.start("web");
    expect(mountsOf("self")).toHaveLength(total);
  });

  test("shows mounts below it on both sides", async () => {
    await using root = new BoshRoot();
    mkdirSync(root.at("data/vol/from-host"), { recursive: true });
    mkdirSync(root.at("data/vol/from-job"));
    root.job(
      "web",
      script(`mount -t tmpfs job ${volume}/from-job && echo mounted; sleep 1000`, {
        additional_volumes: shared,
        unsafe: { privileged: true },
      }),
    );
    const pid = await root.start("web");
    await root.printed("web", "mounted");
    const onHost = () => mountAt(mountsOf("self"), root.at("data/vol/from-job"))?.source;
    expect(onHost()).toBe("job");
    await mustRun(["mount", "-t", "tmpfs", "host", root.at("data/vol/from-host")]);
    expect(mountAt(mountsOf(pid), `${volume}/from-host`)?.source).toBe("host");
  });

  test("keeps another's mounts there: an unshared one receives them and sends none", async () => {
    await using root = new BoshRoot();
    mkdirSync(root.at("data/vol/point"), { recursive: true });
    await mustRun(["mount", "--bind", root.at("data/vol"), root.at("data/vol")]);
    await mustRun(["mount", "--make-shared", root.at("data/vol")]);
    root.job("web", { args: ["sleep"], additional_volumes: [{ path: volume, mount_only: true }] });
    const pid = await root.start("web");
    const tags = mountAt(mountsOf(pid), volume)?.propagation.map((tag) => tag.replace(/:\d+/, ""));
    expect(tags).toEqual(["master"]);
    await mustRun(["mount", "-t", "tmpfs", "late", root.at("data/vol/point")]);
    await eventually("the host's mount", () => mountAt(mountsOf(pid), `${volume}/point`));
  });
});

describe.skipIf(!isSandboxed)("A volume path", () => {
  const refused = [
    ["/etc", "invalid volume path: /etc must be within /var/vcap"],
    ["/var/vcapx/y", "invalid volume path: /var/vcapx/y must be within /var/vcap"],
    ["relative", "invalid volume path: relative must be within /var/vcap"],
    [
      "/var/vcap/data/../x/",
      "volume path must be canonical, expected /var/vcap/x but got /var/vcap/data/../x/",
    ],
    ["/var/vcap/data/web", `invalid volume path: /var/vcap/data/web ${conflict}`],
    ["/var/vcap/store/web", `invalid volume path: /var/vcap/store/web ${conflict}`],
  ];
  test.each(refused)("%s is refused", async (path, message) => {
    await using root = new BoshRoot();
    root.job("web", {
      args: ["sleep"],
      additional_volumes: [{ path: "/var/vcap/data/ok" }, { path }],
    });
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toContain(message ?? "");
    expect(stderr).toMatch(/bpm\.yml:\d+:\d+: processes\[0\]\.additional_volumes\[1\]/);
    expect(root.exists("data/ok")).toBe(false);
  });
});

describe.skipIf(!isSandboxed)("Unrestricted volumes", () => {
  /** What a job sees of mounts below a directory outside the BOSH root. */
  async function unrestricted(
    root: BoshRoot,
    volumes: readonly ProcessSpec[],
    unsafe: object = {},
  ) {
    const spec = { unsafe: { unrestricted_volumes: volumes, ...unsafe } };
    return parseMounts((await reportFrom(root, "start", spec)).mounts);
  }

  test("may be anywhere, and stay as they are", async () => {
    await using root = new BoshRoot();
    const before = owner("/var/cache");
    const path = "/var/cache";
    const mounts = await unrestricted(root, [{ path, writable: true, allow_executions: true }]);
    expect(optionsAt(mounts, path)).toBe("rw,nosuid,nodev");
    expect(owner("/var/cache")).toBe(before);
  });

  test("are read-only and not executable by default", async () => {
    await using root = new BoshRoot();
    const mounts = await unrestricted(root, [{ path: "/var/cache" }]);
    expect(optionsAt(mounts, "/var/cache")).toBe("ro,nosuid,nodev,noexec");
  });

  test("that are missing are skipped and not made", async () => {
    await using root = new BoshRoot();
    const mounts = await unrestricted(root, [{ path: "/nosuch" }, { path: "/nosuch/*" }]);
    expect(mounts.some(({ target }) => target.startsWith("/nosuch"))).toBe(false);
  });

  test("are globs: * within a component, ** no more than that, dotfiles too", async () => {
    await using root = new BoshRoot();
    const files = ["a/x.yml", "b/x.yml", ".c/x.yml", "a/deep/x.yml", "b/y.txt"];
    for (const file of files) root.write(`data/glob/${file}`, file);
    const top = "/var/vcap/data/glob";
    const mounts = await unrestricted(root, [{ path: `${top}/**/x.yml` }]);
    const seen = mounts.map(({ target }) => target).filter((target) => target.startsWith(top));
    expect(seen.sort()).toEqual([".c", "a", "b"].map((name) => `${top}/${name}/x.yml`));
  });

  test("do not repeat the process's own BOSH mounts, told apart by component", async () => {
    await using root = new BoshRoot();
    const config = "config/indicators.yml";
    for (const job of ["web", "web-adapter", "other"]) root.job(job, {}, { [config]: job });
    const mounts = await unrestricted(root, [{ path: `/var/vcap/jobs/*/${config}` }]);
    const seen = mounts.map(({ target }) => target).filter((target) => target.endsWith(config));
    expect(seen.sort()).toEqual(
      ["other", "web-adapter"].map((job) => `/var/vcap/jobs/${job}/${config}`),
    );
  });

  test("can be device nodes, which then work", async () => {
    await using root = new BoshRoot();
    const path = "/var/vcap/data/device";
    await mustRun(["mknod", "--mode=666", root.at(path), "c", "1", "7"]);
    const use = `dd if=/dev/zero of=${path} bs=1 count=1 2>&1 | grep -o 'No space left on device'`;
    const unsafe = { unrestricted_volumes: [{ path, writable: true }] };
    expect(await shell(root, use, { unsafe })).toBe("No space left on device\n");
  });

  test("do not repeat the devices and links that every sandbox has", async () => {
    await using root = new BoshRoot();
    // On hosts, /dev/fd and /dev/stdin lead to what bpm itself has open.
    const own = ["null", "zero", "tty", "ptmx", "fd", "std*"].map((name) => `/dev/${name}`);
    const unsafe = { unrestricted_volumes: own.map((path) => ({ path, writable: true })) };
    const script = "echo hello >/dev/stdout; echo lost >/dev/null; readlink /dev/fd /dev/ptmx";
    expect(await shell(root, script, { unsafe })).toBe("hello\n/proc/self/fd\npts/ptmx\n");
    const left = root.bpmLog("shell").filter(({ message }) => message.endsWith("duplicate-mount"));
    expect(left.map(({ data }) => data["mount"])).toContain("/dev/null");
  });

  test("can be fifos", async () => {
    await using root = new BoshRoot();
    const path = "/var/vcap/data/fifo";
    await mustRun(["mkfifo", "--mode=666", root.at(path)]);
    const unsafe = { unrestricted_volumes: [{ path, writable: true }] };
    expect(await shell(root, `echo hello >${path} & cat ${path}`, { unsafe })).toBe("hello\n");
  });

  test("can be hundreds, of one glob", async () => {
    await using root = new BoshRoot();
    for (let count = 0; count < 500; count += 1) root.write(`data/many/${count}/file`, "");
    const unsafe = { unrestricted_volumes: [{ path: "/var/vcap/data/many/*" }] };
    const look = "ls -d /var/vcap/data/many/* | wc -l; grep -c /data/many/ /proc/self/mountinfo";
    expect(await shell(root, look, { unsafe })).toBe("500\n500\n");
  });

  test("that are links to nothing keep the process from starting, with what to do", async () => {
    await using root = new BoshRoot();
    symlinkSync("/nowhere", root.at("data/link"));
    const unsafe = { unrestricted_volumes: [{ path: "/var/vcap/data/link" }] };
    root.job("web", { args: ["sleep"], unsafe });
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`open bind source ${root.at("data/link")}: no such file or directory`);
    expect(stderr).toContain("if it is a link, so must what that leads to.\n");
  });

  test("follow a link of root's", async () => {
    await using root = new BoshRoot();
    root.write("data/target/file", "linked\n");
    symlinkSync(root.at("data/target"), root.at("data/link"));
    const path = "/var/vcap/data/link";
    const unsafe = { unrestricted_volumes: [{ path }] };
    expect(await shell(root, `cat ${path}/file`, { unsafe })).toBe("linked\n");
  });
});
