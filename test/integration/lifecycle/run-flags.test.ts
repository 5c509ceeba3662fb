import { describe, expect, test } from "bun:test";
import { BoshRoot } from "../../support/bosh-root.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { script } from "../../support/inside.ts";
import { isSandboxed } from "../../support/product.ts";

const conflict = "cannot conflict with default job data or store directories";

const defaults = {
  TMPDIR: "/var/vcap/data/errand/tmp",
  LANG: "en_US.UTF-8",
  PATH: "/var/vcap/jobs/errand/bin:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin:.",
  HOME: "/var/vcap/data/errand",
};

function environment(text: string): Record<string, string> {
  const lines = text.trimEnd().split("\n");
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

describe.skipIf(!isSandboxed)("bpm run -e", () => {
  const rows: [string[], Record<string, string>][] = [
    [[], { FOO: "yml", ...defaults }],
    [["-e", "FOO=a"], { FOO: "a", ...defaults }],
    [["-e", "FOO=a", "-e", "FOO=b"], { FOO: "b", ...defaults }],
    [["--env=FOO=a", "-eBAR=x=y"], { FOO: "a", BAR: "x=y", ...defaults }],
    [["-e", "BAR=one,two"], { FOO: "yml", BAR: "one,two", ...defaults }],
    [["-e", "EMPTY="], { FOO: "yml", EMPTY: "", ...defaults }],
    [["-e", "PATH=/p", "-e", "HOME=/h"], { FOO: "yml", ...defaults, PATH: "/p", HOME: "/h" }],
  ];
  test.each(rows)("gives %j what it says", async (flags, expected) => {
    await using root = new BoshRoot();
    root.job("errand", { executable: "/usr/bin/env", env: { FOO: "yml" } });
    const { stdout } = await root.mustBpm(["run", "errand", ...flags]);
    expect(environment(stdout)).toEqual(expected);
  });

  test("works without an env in bpm.yml", async () => {
    await using root = new BoshRoot();
    root.job("errand", { executable: "/usr/bin/env" });
    const { stdout } = await root.mustBpm(["run", "errand", "-e", "A=b"]);
    expect(environment(stdout)).toEqual({ A: "b", ...defaults });
  });

  const refused = [
    ["bad", 'invalid envionment variable definition (format should be KEY=value): "bad"'],
    ["", 'invalid envionment variable definition (format should be KEY=value): ""'],
    ["=v", '"=v"'],
  ];
  test.each(refused)("refuses %p", async (flag, message) => {
    await using root = new BoshRoot();
    root.job("errand", script("echo never"));
    const { code, stdout, stderr } = await root.bpm(["run", "errand", "-e", flag ?? ""]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(message ?? "");
    expect(leftovers(root)).toEqual(nothing);
  });
});

describe.skipIf(!isSandboxed)("bpm run -v", () => {
  const path = "/var/vcap/data/extra";
  const rows: [string[], string][] = [
    [[path], "ro,nosuid,nodev,noexec"],
    [[`${path}:writable`], "rw,nosuid,nodev,noexec"],
    [[`${path}:allow_executions`], "ro,nosuid,nodev"],
    [[`${path}:writable,allow_executions`], "rw,nosuid,nodev"],
    [[path, `${path}:writable`], "ro,nosuid,nodev,noexec"],
  ];
  test.each(rows)("mounts %j", async (volumes, options) => {
    await using root = new BoshRoot();
    root.job(
      "errand",
      script(`grep ' ${path} ' /proc/self/mountinfo | cut -d' ' -f6; stat -c '%a %u:%g' ${path}`),
    );
    const flags = volumes.flatMap((volume) => ["-v", volume]);
    const { stdout } = await root.mustBpm(["run", "errand", ...flags]);
    expect(stdout).toBe(`${options},relatime\n700 2000:3000\n`);
  });

  test("takes several volumes", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("ls /var/vcap/data"));
    const { stdout } = await root.mustBpm([
      "run",
      "errand",
      "-v",
      `${path}1`,
      "--volume",
      `${path}2`,
    ]);
    expect(stdout).toBe("errand\nextra1\nextra2\npackages\n");
  });

  test("leaves a mount_only volume to whom it belongs", async () => {
    await using root = new BoshRoot();
    root.write("data/extra/file", "here");
    root.job("errand", script(`cat ${path}/file; stat -c '%a %u' ${path}`));
    const { stdout } = await root.mustBpm(["run", "errand", "-v", `${path}:mount_only`]);
    expect(stdout).toBe("here755 0\n");
  });

  const refused = [
    ["/etc", "invalid volume path: /etc must be within /var/vcap"],
    ["/var/vcapx", "invalid volume path: /var/vcapx must be within /var/vcap"],
    [`${path}:bogus`, "invalid volume option: bogus"],
    [`${path}:`, "invalid volume option: "],
    [
      `${path}:writable:x`,
      `invalid volume definition (format: <path>[:<options>]): ${path}:writable:x`,
    ],
    ["", "volume path must be canonical, expected . but got "],
    [
      "/var/vcap/data/../x/",
      "volume path must be canonical, expected /var/vcap/x but got /var/vcap/data/../x/",
    ],
    ["/var/vcap/data/errand", `invalid volume path: /var/vcap/data/errand ${conflict}`],
    ["/var/vcap/store/errand", `invalid volume path: /var/vcap/store/errand ${conflict}`],
  ];
  test.each(refused)("refuses %p", async (flag, message) => {
    await using root = new BoshRoot();
    root.job("errand", script("echo never"));
    const { code, stdout, stderr } = await root.bpm(["run", "errand", "-v", flag ?? ""]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(message ?? "");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("names a mount_only volume that is missing, and makes nothing of it", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("echo never"));
    const { code, stderr } = await root.bpm(["run", "errand", "-v", `${path}:mount_only`]);
    expect(code).toBe(1);
    expect(stderr).toContain("data/extra");
    expect(stderr).toContain("ENOENT");
    expect(root.exists("data/extra")).toBe(false);
    expect(leftovers(root)).toEqual(nothing);
  });
});
