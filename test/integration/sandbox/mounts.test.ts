import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { BoshRoot } from "../../support/bosh-root.ts";
import { mustRun } from "../../support/command.ts";
import { reportFrom, ways } from "../../support/inside.ts";
import { mountAt, parseMounts } from "../../support/mounts.ts";
import { isSandboxed } from "../../support/product.ts";

const system = ["/bin", "/etc", "/lib", "/lib64", "/sbin", "/usr"].filter((path) =>
  existsSync(path),
);
const guarded = ["nosuid", "nodev"];
const data = [...guarded, "noexec"];

/** Each mount of a plain job: its options beside `relatime`, and what its file system is. */
const expected: Record<string, [options: string[], type?: string]> = {
  "/": [["ro", ...guarded], "tmpfs"],
  ...Object.fromEntries(system.map((path) => [path, [["ro", ...guarded]]])),
  "/proc": [["rw"], "proc"],
  "/dev": [["rw", "nosuid", "noexec"], "tmpfs"],
  "/dev/pts": [["rw", "nosuid", "noexec"], "devpts"],
  "/dev/shm": [["rw", ...data], "tmpfs"],
  "/dev/mqueue": [["rw", ...data], "mqueue"],
  "/sys": [["ro", ...data], "sysfs"],
  "/tmp": [["rw", ...data]],
  "/var/tmp": [["rw", ...data]],
  "/var/vcap/data/web/tmp": [["rw", ...data]],
  "/var/vcap/data/packages": [["ro", ...guarded]],
  "/var/vcap/packages": [["ro", ...guarded]],
  "/var/vcap/jobs/web": [["ro", ...guarded]],
  "/var/vcap/sys/log/web": [["rw", ...data]],
};

const readOnlyPaths = ["asound", "bus", "fs", "irq", "sys", "sysrq-trigger"].map(
  (name) => `/proc/${name}`,
);
const resolver = ["/run/resolvconf", "/run/systemd/resolve"];

const isTime = (option: string) => /^(no|rel|strict)atime$|^nodiratime$/.test(option);

describe.skipIf(!isSandboxed).each([...ways])("The mounts that bpm %s makes", (way) => {
  test("are exactly these, with these options", async () => {
    await using root = new BoshRoot();
    const mounts = parseMounts((await reportFrom(root, way)).mounts);
    for (const [target, [options, type]] of Object.entries(expected)) {
      const mount = mountAt(mounts, target);
      const found = mount?.options.filter((option) => !isTime(option)).sort();
      expect([target, found]).toEqual([target, options.toSorted()]);
      if (type !== undefined) expect([target, mount?.type]).toEqual([target, type]);
    }
  });

  test("include nothing besides masks and resolvers", async () => {
    await using root = new BoshRoot();
    const mounts = parseMounts((await reportFrom(root, way)).mounts);
    const known = new Set([...Object.keys(expected), ...readOnlyPaths, ...resolver]);
    const others = mounts.filter(({ target }) => !known.has(target));
    const masks = others.filter(({ root: top, type, options }) => {
      return top === "/null" || (type === "tmpfs" && options.includes("ro"));
    });
    expect(others).toEqual(masks);
  });

  test("make parts of /proc read-only", async () => {
    await using root = new BoshRoot();
    const mounts = parseMounts((await reportFrom(root, way)).mounts);
    for (const path of readOnlyPaths.filter((target) => existsSync(target))) {
      expect([path, mountAt(mounts, path)?.options]).toEqual([
        path,
        expect.arrayContaining(["ro"]),
      ]);
    }
  });

  test("lead to nothing of the host's root", async () => {
    await using root = new BoshRoot();
    const mounts = parseMounts((await reportFrom(root, way)).mounts);
    expect(mounts.filter(({ target }) => target === "/")).toHaveLength(1);
    // Whole file systems of the host: the bind mounts here all begin at a directory of one.
    const whole = mounts.filter(
      ({ root: top, type }) => top === "/" && /^(ext|xfs|btrfs|overlay)/.test(type),
    );
    expect(whole).toEqual([]);
  });

  test("send nothing back to the host", async () => {
    await using root = new BoshRoot();
    const mounts = parseMounts((await reportFrom(root, way)).mounts);
    const shared = mounts.filter(({ propagation }) =>
      propagation.some((tag) => tag.startsWith("shared")),
    );
    expect(shared).toEqual([]);
  });
});

describe.skipIf(!isSandboxed)("The mounts of a sandbox", () => {
  test("in memory have no limit of their own", async () => {
    await using root = new BoshRoot();
    const mounts = parseMounts((await reportFrom(root, "run")).mounts);
    for (const target of ["/dev", "/dev/shm"]) {
      const { superOptions = [] } = mountAt(mounts, target) ?? {};
      expect([target, superOptions.filter((option) => /^(size|nr_blocks)=/.test(option))]).toEqual([
        target,
        [],
      ]);
    }
  });

  test("show system directories without what is mounted below them on the host", async () => {
    await using root = new BoshRoot();
    root.job("web", { executable: "/bin/sh", args: ["-c", "ls /usr/local | head -n 1"] });
    const script =
      "mount -t tmpfs below /usr/local && touch /usr/local/seen && " +
      `exec ${root.bpmProgram} run web`;
    const argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script];
    const { stdout } = await mustRun(argv, { env: root.environment() });
    expect(stdout).not.toBe("seen\n");
  });
});

describe.skipIf(!isSandboxed)("The disks", () => {
  test("are there when asked for, writable and not executable", async () => {
    await using root = new BoshRoot();
    mkdirSync(root.at("store"), { recursive: true });
    const spec = { ephemeral_disk: true, persistent_disk: true };
    const mounts = parseMounts((await reportFrom(root, "start", spec)).mounts);
    for (const target of ["/var/vcap/data/web", "/var/vcap/store/web"]) {
      expect(mountAt(mounts, target)?.options.slice(0, 4)).toEqual(["rw", ...data]);
    }
    expect(root.exists("store/web")).toBe(true);
  });

  test("are read as false when bpm.yml says no", async () => {
    await using root = new BoshRoot();
    const lines = ["name: web", "executable: /bin/sleep", "args: [1000]", "ephemeral_disk: no"];
    root.job("web", `processes:\n- ${lines.join("\n  ")}\n`);
    await root.start("web");
    const { mounts } = await reportFrom(root, "run", { name: "web" }, "other");
    expect(mountAt(parseMounts(mounts), "/var/vcap/data/other")).toBeUndefined();
  });

  test("cannot be had without a store", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], persistent_disk: true });
    Bun.spawnSync(["rmdir", root.at("store")]);
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toStartWith(
      "Error: failed to start job-process: failed to create system files: " +
        "requested persistent disk does not exist",
    );
  });
});
