import { describe, expect, test } from "bun:test";
import { hostname } from "node:os";
import { BoshRoot } from "../../support/bosh-root.ts";
import { capabilitySets, reportFrom, shell, ways } from "../../support/inside.ts";
import { namespaceOf, statusField } from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";

const noCapabilities = { CapInh: 0n, CapPrm: 0n, CapEff: 0n, CapBnd: 0n, CapAmb: 0n };

describe.skipIf(!isSandboxed).each([...ways])("A job that was made by bpm %s", (way) => {
  test("is vcap and nobody else, without capabilities and with no way to new ones", async () => {
    await using root = new BoshRoot();
    const { status } = await reportFrom(root, way);
    const field = (name: string) => statusField(status, name).split(/\s+/);
    expect(field("Uid")).toEqual(Array(4).fill("2000"));
    expect(field("Gid")).toEqual(Array(4).fill("3000"));
    expect(field("Groups")).toEqual([""]);
    expect(capabilitySets(status)).toEqual(noCapabilities);
    expect(field("NoNewPrivs")).toEqual(["1"]);
    expect(field("Seccomp")).toEqual(["2"]);
    expect(field("Seccomp_filters")).toEqual(["1"]);
    expect(field("Umask")).toEqual(["0022"]);
    expect(field("Threads")).toEqual(["1"]);
  });

  test("has namespaces of its own for mounts, IPC, host name and processes only", async () => {
    await using root = new BoshRoot();
    const { namespaces } = await reportFrom(root, way);
    const own = namespaces.filter(({ name, id }) => id !== namespaceOf("self", name));
    const names = own.map(({ name }) => name).sort();
    expect(names).toEqual(["ipc", "mnt", "pid", "pid_for_children", "uts"]);
  });

  test("ignores, blocks and catches no signal", async () => {
    await using root = new BoshRoot();
    const { status } = await reportFrom(root, way);
    const names = ["SigIgn", "SigBlk", "SigCgt", "SigPnd", "ShdPnd"];
    expect(names.map((name) => BigInt(`0x${statusField(status, name)}`))).toEqual([
      0n,
      0n,
      0n,
      0n,
      0n,
    ]);
  });

  test("sees the machine's host name", async () => {
    await using root = new BoshRoot();
    expect((await reportFrom(root, way)).host).toBe(hostname());
  });

  test("is its init's direct child, leads a process group, and has no terminal", async () => {
    await using root = new BoshRoot();
    const report = await reportFrom(root, way);
    expect(report.parent).toBe(1);
    expect(report.group).toBe(report.pid);
    expect(report.session).toBe(1);
    expect(report.terminal).toBe("NXIO");
  });

  test("has three descriptors and no others", async () => {
    await using root = new BoshRoot();
    const { descriptors } = await reportFrom(root, way);
    expect(descriptors.map(({ number }) => number)).toEqual([0, 1, 2]);
    const targets = descriptors.map(({ target }) => target.replace(/\[\d+\]/, "[N]"));
    const logs = root.at("data/sys/log/web/web");
    const streams =
      way === "run" ? ["pipe:[N]", "pipe:[N]"] : [`${logs}.stdout.log`, `${logs}.stderr.log`];
    expect(targets).toEqual(["/dev/null", ...streams]);
  });

  test("sees no more of its init than the init shows", async () => {
    await using root = new BoshRoot();
    const { parent_arguments, parent_status } = await reportFrom(root, way);
    expect(parent_arguments).not.toContain("probe");
    expect(parent_arguments).not.toContain("web");
    expect(parent_arguments).not.toBe("");
    expect(statusField(parent_status, "Uid").split(/\s+/)).toEqual(Array(4).fill("2000"));
    expect(capabilitySets(parent_status)).toEqual(noCapabilities);
  });

  test("gets its arguments unchanged, the executable first", async () => {
    await using root = new BoshRoot();
    const words = ["", "two words", "$HOME", "ümlaut", "-x", "a\nb"];
    root.job("web", { executable: "/usr/bin/printf", args: ["%s|", ...words] });
    await root.mustBpm([way, "web"]);
    await root.printed("web", "a\nb|");
    expect(root.stdout("web")).toBe(`${words.join("|")}|`);
    const env = { PATH: "/var/vcap/packages/probe/bin:/usr/bin" };
    const report = await reportFrom(root, way, { executable: "probe", env }, "other");
    expect(report.arguments[0]).toBe("probe");
  });
});

describe.skipIf(!isSandboxed)("The environment", () => {
  const defaults = [
    "HOME=/var/vcap/data/web",
    "LANG=en_US.UTF-8",
    "PATH=/var/vcap/jobs/web/bin:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin:.",
    "TMPDIR=/var/vcap/data/web/tmp",
  ];

  test.each([...ways])("of %s has the four defaults and nothing of bpm's own", async (way) => {
    await using root = new BoshRoot();
    expect((await reportFrom(root, way)).environment.toSorted()).toEqual(defaults);
  });

  test("has what bpm.yml gives, in the place of defaults too", async () => {
    await using root = new BoshRoot();
    const env = { LANG: "C", HOME: "", EMPTY: null, NUMBER: 1, SPACES: " a b ", NEWLINE: "a\nb" };
    const { environment } = await reportFrom(root, "start", { env });
    expect(environment.toSorted()).toEqual([
      "EMPTY=",
      "HOME=",
      "LANG=C",
      "NEWLINE=a\nb",
      "NUMBER=1",
      defaults[2] ?? "",
      "SPACES= a b ",
      defaults[3] ?? "",
    ]);
  });
});

describe.skipIf(!isSandboxed)("The working directory", () => {
  const rows = [
    [undefined, "/var/vcap/jobs/web"],
    ["/usr/lib", "/usr/lib"],
    ["/var/vcap/data/web/tmp", "/var/vcap/data/web/tmp"],
    ["/", "/"],
  ] as const;
  test.each(rows)("for workdir %p is %s", async (workdir, expected) => {
    await using root = new BoshRoot();
    expect((await reportFrom(root, "start", { workdir })).directory).toBe(expected);
  });

  test("that is missing is made, in the sandbox only", async () => {
    await using root = new BoshRoot();
    const { directory } = await reportFrom(root, "start", { workdir: "/var/vcap/nosuch/place" });
    expect(directory).toBe("/var/vcap/nosuch/place");
    expect(root.exists("nosuch")).toBe(false);
  });

  test.each(["/etc/passwd", "/etc/nosuch"])("%s is refused", async (workdir) => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], workdir });
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toContain(workdir);
    expect(stderr).toMatch(/ENOENT|ENOTDIR|EROFS/);
  });
});

describe.skipIf(!isSandboxed)("Processes", () => {
  test("of the host are not to be seen", async () => {
    await using root = new BoshRoot();
    const listing = await shell(
      root,
      "ls /proc | grep -c '^[0-9]'; cat /proc/1/comm; kill -0 1; echo $?",
    );
    const [count, , signalled] = listing.split("\n");
    // The init, the shell, and the two of its pipe.
    expect(Number(count)).toBeLessThanOrEqual(4);
    expect(signalled).toBe("0");
  });
});
