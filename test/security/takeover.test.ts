/**
 * What a volume may take: not what is bpm's own, BOSH's or another job's, no file under a second
 * name, and no device that somebody puts in its way.
 */

import { describe, expect, test } from "bun:test";
import { chownSync, linkSync, lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { BoshRoot, type ProcessSpec } from "../support/bosh-root.ts";
import { leftovers, nothing } from "../support/clean-up.ts";
import { mustRun, plainEnvironment } from "../support/command.ts";
import { probeSleeping, script, shell } from "../support/inside.ts";
import { mountAt, mountsOf } from "../support/mounts.ts";
import { isSandboxed, vcap } from "../support/product.ts";

/** Owner and mode. */
function look(root: BoshRoot, path: string): string {
  const { uid, gid, mode } = lstatSync(root.at(path));
  return `${path} ${uid}:${gid} ${(mode & 0o7777).toString(8)}`;
}

function withVolumes(...volumes: readonly ProcessSpec[]): ProcessSpec {
  return { executable: "/bin/sleep", args: ["1000"], additional_volumes: volumes };
}

const others = [
  "data/jobs",
  "data/jobs/other/1",
  "data/packages/probe/1",
  "jobs/other",
  "jobs/other/config",
  "jobs/other/config/bpm.yml",
  "packages/probe",
  "packages/probe/bin",
  "packages/probe/bin/probe",
  "data/bpm",
  "data/bpm/locks",
  "data/other",
  "data/other/tmp",
  "store/other",
  "sys",
  "sys/log",
  "sys/log/other",
  "sys/run",
  "sys/run/other",
  "sys/run/bpm",
  "sys/run/bpm/other",
  "sys/run/bpm-state",
  "sys/run/bpm-state/bpm-other",
  "data",
  "data/sys/run/bpm",
  "link",
];

/** A root in which another job runs, and all of its directories are there. */
async function rootWithOther(): Promise<BoshRoot> {
  const root = new BoshRoot();
  root.job("other", { ...probeSleeping, persistent_disk: true });
  await root.start("other");
  // What is vcap's as it is would not be seen to be taken.
  for (const path of ["data/other", "data/other/tmp", "store/other", "sys/log/other"]) {
    chownSync(root.at(path), 0, 0);
  }
  chownSync(root.at("sys/run/other"), 0, 0);
  symlinkSync(root.at("sys/run/bpm/other"), root.at("link"));
  return root;
}

describe.skipIf(!isSandboxed)("A volume does not take over", () => {
  test.each(["inside", "outside"])("what is somebody else's, named as %s", async (side) => {
    await using root = await rootWithOther();
    const top = side === "inside" ? "/var/vcap" : root.path;
    const before = others.map((path) => look(root, path));
    const volumes = others.map((path) => ({ path: `${top}/${path}` }));
    root.job("web", withVolumes(...volumes));
    await root.start("web");
    expect(others.map((path) => look(root, path))).toEqual(before);
    const told = root.bpmLog("web").filter(({ message }) => message.endsWith("-not-chowned"));
    expect(told.length).toBe(others.length - 1);
  });

  test("a file under a second name, but may have one of its own", async () => {
    await using root = new BoshRoot();
    const victim = root.write("data/victim", "precious\n", 0o600);
    mkdirSync(root.at("data/shared"));
    chownSync(root.at("data/shared"), vcap.uid, vcap.gid);
    linkSync(victim, root.at("data/shared/file"));
    const path = "/var/vcap/data/shared/file";
    root.job("web", withVolumes({ path }));
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`create volume (a hard link) ${root.at(path)}`);
    expect(look(root, "data/victim")).toBe("data/victim 0:0 600");
    expect(leftovers(root)).toEqual(nothing);
    root.write("data/shared/own", "");
    root.job("web", withVolumes({ path: "/var/vcap/data/shared/own" }));
    await root.start("web");
    expect(look(root, "data/shared/own")).toBe(`data/shared/own ${vcap.uid}:${vcap.gid} 644`);
  });
});

describe.skipIf(!isSandboxed)("What bpm goes by", () => {
  const own = ["sys/run/bpm", "sys/run/bpm/other", "sys/run/bpm-state", "data/bpm/locks"];
  test.each(own)("cannot be a writable volume: %s", async (path) => {
    await using root = await rootWithOther();
    for (const top of ["/var/vcap", root.path]) {
      const volume = { path: `${top}/${path}`, writable: true };
      const message = `invalid volume path: ${top}/${path} is bpm's own and cannot be writable`;
      const unsafe = { unrestricted_volumes: [volume] };
      for (const spec of [withVolumes(volume), { ...probeSleeping, unsafe }]) {
        root.job("web", spec);
        const { code, stderr } = await root.bpm(["start", "web"]);
        expect(code).toBe(1);
        expect(stderr).toContain(message);
      }
      root.job("web", probeSleeping);
      const run = await root.bpm(["run", "web", "-v", `${top}/${path}:writable`]);
      expect(run.stderr).toContain(message);
    }
  });

  test.each(["sys/run", "data", "sys/run/bpm*"])("stays read-only in %s", async (path) => {
    await using root = await rootWithOther();
    const places = ["sys/run/bpm", "data/sys/run/bpm", "data/bpm"].map((at) => `/var/vcap/${at}`);
    const text = places.map((at) => `[ ! -d ${at} ] || touch ${at}/x 2>&1`).join("; ");
    const printed = await shell(root, `${text}; :`, {
      // With this, what belongs to root is no obstacle.
      capabilities: ["DAC_OVERRIDE"],
      unsafe: { unrestricted_volumes: [{ path: `/var/vcap/${path}`, writable: true }] },
    });
    expect(printed).toContain("Read-only file system");
    expect(root.exists("sys/run/bpm/x") || root.exists("data/bpm/x")).toBe(false);
  });
});

/** As vcap, exchanges a directory for a link to /dev, and back, for as long as bpm is at it. */
const flip = `
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
os.chdir(sys.argv[1])
while True:
    libc.renameat2(-100, b"sub", -100, b"alt", 2)
`;

const loop = ["/dev/loop0", "/dev/vda", "/dev/kmsg"].find(
  (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
);

describe.skipIf(!isSandboxed)("A device that is a volume", () => {
  test("is what was opened, whatever the names on the way lead to", async () => {
    await using root = new BoshRoot();
    const name = loop?.slice("/dev/".length) ?? "kmsg";
    const shared = root.at("data/shared");
    mkdirSync(`${shared}/sub/${name}`, { recursive: true });
    symlinkSync("/dev", `${shared}/alt`);
    await mustRun(["chown", "-hR", `${vcap.uid}:${vcap.gid}`, shared]);
    const path = `/var/vcap/data/shared/sub/${name}`;
    root.job("web", { ...probeSleeping, additional_volumes: [{ path, mount_only: true }] });
    const flipping = Bun.spawn(["setpriv", "--reuid", "2000", "python3", "-c", flip, shared], {
      env: plainEnvironment,
      stdio: ["ignore", "ignore", "ignore"],
    });
    try {
      for (let times = 0; times < 12; times += 1) {
        if ((await root.bpm(["start", "web"])).code !== 0) continue;
        const mount = mountAt(mountsOf(root.pid("web")), path);
        expect(mount?.options).toContain("nodev");
        expect(mount?.type).not.toBe("devtmpfs");
        await root.stop("web");
      }
    } finally {
      flipping.kill("SIGKILL");
      await flipping.exited;
    }
  });

  test("may be one that a hook has made", async () => {
    await using root = new BoshRoot();
    const path = "/var/vcap/data/device";
    root.write("data/device", "");
    const hook = `#!/bin/sh\nrm ${root.at(path)} && mknod -m 666 ${root.at(path)} c 1 7\n`;
    const pre_start = `${root.at("jobs/web")}/bin/hook`;
    root.job(
      "web",
      {
        ...script(`head -c 1 ${path} | wc -c; sleep 1000`),
        hooks: { pre_start },
        unsafe: { unrestricted_volumes: [{ path }] },
      },
      { "bin/hook": hook },
    );
    await root.start("web");
    await root.printed("web", "1");
  });
});

describe.skipIf(!isSandboxed)("Directories that bpm makes on the way", () => {
  test("are root's and closed", async () => {
    await using root = new BoshRoot();
    root.job("web", withVolumes({ path: "/var/vcap/data/a/b/c" }));
    await root.start("web");
    const made = ["data/a", "data/a/b", "data/web"].map((path) => look(root, path));
    expect(made).toEqual(["data/a 0:0 700", "data/a/b 0:0 700", "data/web 0:0 700"]);
    const given = ["data/a/b/c", "data/web/tmp"].map((path) => look(root, path));
    expect(given).toEqual(
      ["data/a/b/c", "data/web/tmp"].map((path) => `${path} ${vcap.uid}:${vcap.gid} 700`),
    );
  });
});
