import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { BoshRoot } from "../../support/bosh-root.ts";
import { attempt, capabilitySets, reportFrom, ways } from "../../support/inside.ts";
import { statusField } from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";

const numbers = { NET_BIND_SERVICE: 10n, SYS_TIME: 25n, DAC_OVERRIDE: 1n, BPF: 39n };

function mask(...names: (keyof typeof numbers)[]): bigint {
  return names.reduce((sum, name) => sum | (1n << numbers[name]), 0n);
}

describe.skipIf(!isSandboxed)("Capabilities", () => {
  test.each([...ways])("that bpm.yml lists are in all five sets after %s", async (way) => {
    await using root = new BoshRoot();
    const spec = { capabilities: ["NET_BIND_SERVICE", "SYS_TIME", "NET_BIND_SERVICE"] };
    const { status } = await reportFrom(root, way, spec);
    const sets = capabilitySets(status);
    expect(Object.values(sets)).toEqual(Array(5).fill(mask("NET_BIND_SERVICE", "SYS_TIME")));
    expect(statusField(status, "Uid")).toStartWith("2000");
    expect(statusField(status, "NoNewPrivs")).toBe("1");
    expect(statusField(status, "Seccomp")).toBe("2");
  });

  test("can be used: a low port is bound with NET_BIND_SERVICE only", async () => {
    await using root = new BoshRoot();
    // Family AF_INET, port 0x0021: sockaddr_in in bytes. The descriptor is made by the shell.
    const bind =
      "perl -MSocket -e 'socket(S, AF_INET, SOCK_STREAM, 0); " +
      "exit(bind(S, sockaddr_in(33, INADDR_LOOPBACK)) ? 0 : 9)'";
    const spec = { executable: "/bin/sh", args: ["-c", bind] };
    const lowPorts =
      Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8")) > 33;
    root.job("without", spec);
    expect((await root.bpm(["run", "without"])).code).toBe(lowPorts ? 9 : 0);
    root.job("with", { ...spec, capabilities: ["NET_BIND_SERVICE"] });
    expect((await root.bpm(["run", "with"])).code).toBe(0);
  });

  test("open no way around the filter", async () => {
    await using root = new BoshRoot();
    const calls = ["mount:@none:@/tmp:@tmpfs:0:0", "unshare:0x20000", "sethostname:@evil:4"];
    const outcomes = await attempt(root, calls, { capabilities: ["SYS_ADMIN", "SYS_PTRACE"] });
    expect(Object.values(outcomes)).toEqual(["PERM", "PERM", "PERM"]);
  });

  const unknown = ["NO_SUCH", "net_admin", "CAP_NET_ADMIN", "CAP_NO_SUCH", "", "12"];
  test.each(unknown)("called %p that are none are left out, with a warning", async (name) => {
    await using root = new BoshRoot();
    const executable = "/bin/grep";
    root.job("web", { executable, args: ["Cap", "/proc/self/status"], capabilities: [name] });
    const { code, stdout, stderr } = await root.bpm(["run", "web"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Warning: [^\n]*capabilit[^\n]*\n$/i);
    expect(stderr).toContain(JSON.stringify(name));
    expect(stdout.match(/0{16}/g)).toHaveLength(5);
    const warnings = root
      .bpmLog("web")
      .filter(({ message }) => message === "bpm.run.unknown-capability");
    expect(warnings).toHaveLength(1);
  });
});

describe.skipIf(!isSandboxed)("A privileged job", () => {
  const privileged = { unsafe: { privileged: true } };

  test.each([...ways])("is root with the host's capabilities after %s", async (way) => {
    await using root = new BoshRoot();
    const { status } = await reportFrom(root, way, privileged);
    expect(statusField(status, "Uid").split(/\s+/)).toEqual(Array(4).fill("0"));
    expect(statusField(status, "Gid").split(/\s+/)).toEqual(Array(4).fill("0"));
    expect(statusField(status, "NoNewPrivs")).toBe("0");
    expect(statusField(status, "Seccomp")).toBe("0");
    const { CapEff, CapBnd, CapPrm } = capabilitySets(status);
    const host = capabilitySets(readFileSync("/proc/self/status", "utf8"))["CapBnd"] ?? 0n;
    // The list has all up to AUDIT_READ (37) but SYS_BOOT's later friends BPF, PERFMON, C/R.
    const expected = host & ((1n << 38n) - 1n);
    expect([CapEff, CapBnd, CapPrm]).toEqual([expected, expected, expected]);
  });

  const rows: [what: string, call: string, outcome: string][] = [
    ["mounts what it likes", "mount:@none:@/tmp:@tmpfs:0:0", "OK"],
    ["writes to its root", "mkdir:@/new:0o755", "OK"],
    ["changes its host name", "sethostname:@mine:4", "OK"],
    ["writes to /proc/sys", "openat:-100:@/proc/sys/kernel/domainname:1:0", "OK"],
    ["reads /proc/keys", "openat:-100:@/proc/keys:0:0", "OK"],
    ["has /sys read-only all the same", "openat:-100:@/sys/kernel/rcu_expedited:1:0", "ROFS"],
    ["has /etc read-only all the same", "openat:-100:@/etc/bpm-was-here:0o102:0o644", "ROFS"],
    ["sees no disks", "openat:-100:@/dev/vda:0:0", "NOENT"],
    ["cannot open its init's program for writing", "openat:-100:@/proc/1/exe:1:0", "TXTBSY"],
  ];
  test("may do what a privileged container may, and no more", async () => {
    await using root = new BoshRoot();
    const outcomes = await attempt(
      root,
      rows.map(([, call]) => call),
      privileged,
    );
    for (const [what, call, outcome] of rows) {
      expect(`${what}: ${outcomes[call]}`).toBe(`${what}: ${outcome}`);
    }
  });

  test("has no nosuid mount and no mask", async () => {
    await using root = new BoshRoot();
    const { mounts } = await reportFrom(root, "run", privileged);
    const lines = mounts.trim().split("\n");
    expect(lines.filter((line) => line.split(" ")[5]?.includes("nosuid"))).toEqual([]);
    expect(lines.filter((line) => / \/null \/| \/proc\/./.test(line))).toEqual([]);
  });

  test("keeps the host's name out of its reach: it changes its own only", async () => {
    await using root = new BoshRoot();
    const before = readFileSync("/proc/sys/kernel/hostname", "utf8");
    await attempt(root, ["sethostname:@mine:4"], privileged);
    expect(readFileSync("/proc/sys/kernel/hostname", "utf8")).toBe(before);
  });

  test("gets a session keyring of its own", async () => {
    await using root = new BoshRoot();
    // KEYCTL_GET_KEYRING_ID of the session keyring; keyctl is for privileged jobs only.
    const keyring = "perl -e 'print syscall(250, 0, -3, 0)'";
    root.job("web", { executable: "/bin/sh", args: ["-c", keyring], ...privileged });
    const inside = (await root.mustBpm(["run", "web"])).stdout;
    const own = Bun.spawnSync(["/bin/sh", "-c", keyring]).stdout.toString();
    expect(inside).toMatch(/^\d+$/);
    expect(inside).not.toBe(own);
  });
});
