/**
 * What the job's user can write to (its data, logs and run directories, its volumes) is hostile:
 * bpm walks it as root and must not be led anywhere else.
 */

import { describe, expect, test } from "bun:test";
import {
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { BoshRoot } from "../support/bosh-root.ts";
import { leftovers, nothing } from "../support/clean-up.ts";
import { mustRun } from "../support/command.ts";
import { probeSleeping, shell } from "../support/inside.ts";
import { mountsOf } from "../support/mounts.ts";
import { isSandboxed, vcap } from "../support/product.ts";

/** A file and a directory of root's that nothing may happen to. */
class Victim {
  readonly directory: string;
  readonly file: string;
  readonly #before: string;

  constructor(root: BoshRoot) {
    this.file = root.write("data/victim/file", "precious\n", 0o600);
    this.directory = root.at("data/victim");
    this.#before = this.#look();
  }

  #look(): string {
    const paths = [this.directory, this.file, `${this.file}.pid`, `${this.directory}/tmp`];
    const found = paths.map((path) => {
      const stat = lstatSync(path, { throwIfNoEntry: false });
      return stat && `${path} ${stat.mode.toString(8)} ${stat.uid}:${stat.gid} ${stat.size}`;
    });
    return JSON.stringify([...found, readFileSync(this.file, "utf8")]);
  }

  expectUntouched(): void {
    expect(this.#look()).toBe(this.#before);
  }
}

/** A symbolic link that belongs to vcap, as one that a job has made. */
function vcapLink(target: string, path: string): void {
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path);
  Bun.spawnSync(["chown", "--no-dereference", `${vcap.uid}:${vcap.gid}`, path]);
}

/** A directory of vcap's. */
function vcapDirectory(root: BoshRoot, path: string): string {
  mkdirSync(root.at(path), { recursive: true });
  chownSync(root.at(path), vcap.uid, vcap.gid);
  return root.at(path);
}

/** What a job could do to a path that bpm uses as root. */
const places: [what: string, spoil: (root: BoshRoot, victim: Victim) => string][] = [
  [
    "its tmp is a link",
    (root, victim) => {
      const path = `${vcapDirectory(root, "data/web")}/tmp`;
      vcapLink(victim.directory, path);
      return path;
    },
  ],
  [
    "its tmp is a file",
    (root) => {
      const path = `${vcapDirectory(root, "data/web")}/tmp`;
      writeFileSync(path, "");
      return path;
    },
  ],
  [
    "its data directory is a link",
    (root, victim) => {
      const path = root.at("data/web");
      vcapLink(victim.directory, path);
      return path;
    },
  ],
  [
    "its log directory is a link",
    (root, victim) => {
      const path = root.at("data/sys/log/web");
      vcapLink(victim.directory, path);
      return path;
    },
  ],
  [
    "its stdout log is a link",
    (root, victim) => {
      const path = `${vcapDirectory(root, "data/sys/log/web")}/web.stdout.log`;
      vcapLink(victim.file, path);
      return path;
    },
  ],
  [
    "its stderr log is a link to nothing yet",
    (root, victim) => {
      const path = `${vcapDirectory(root, "data/sys/log/web")}/web.stderr.log`;
      vcapLink(`${victim.directory}/tmp`, path);
      return path;
    },
  ],
  [
    "bpm.log is a link",
    (root, victim) => {
      const path = `${vcapDirectory(root, "data/sys/log/web")}/bpm.log`;
      vcapLink(victim.file, path);
      return path;
    },
  ],
  [
    "bpm.log is a fifo",
    (root) => {
      const path = `${vcapDirectory(root, "data/sys/log/web")}/bpm.log`;
      Bun.spawnSync(["mkfifo", path]);
      return path;
    },
  ],
  [
    "its stdout log is a fifo",
    (root) => {
      const path = `${vcapDirectory(root, "data/sys/log/web")}/web.stdout.log`;
      Bun.spawnSync(["mkfifo", path]);
      return path;
    },
  ],
  [
    "its stdout log is a device",
    (root) => {
      const path = `${vcapDirectory(root, "data/sys/log/web")}/web.stdout.log`;
      Bun.spawnSync(["mknod", path, "c", "1", "3"]);
      return path;
    },
  ],
  [
    "its stdout log is a directory",
    (root) => {
      const path = `${vcapDirectory(root, "data/sys/log/web")}/web.stdout.log`;
      mkdirSync(path);
      return path;
    },
  ],
  [
    "its stdout log is another name of a file of root's",
    (root, victim) => {
      const path = `${vcapDirectory(root, "data/sys/log/web")}/web.stdout.log`;
      linkSync(victim.file, path);
      return path;
    },
  ],
  [
    "bpm.log is another name of a file of root's",
    (root, victim) => {
      const path = `${vcapDirectory(root, "data/sys/log/web")}/bpm.log`;
      linkSync(victim.file, path);
      return path;
    },
  ],
  [
    "its run directory is a link",
    (root, victim) => {
      const path = root.at("data/sys/run/web");
      vcapLink(victim.directory, path);
      return path;
    },
  ],
  [
    "its volume is a link",
    (root, victim) => {
      const path = `${vcapDirectory(root, "data/shared")}/vol`;
      vcapLink(victim.directory, path);
      return path;
    },
  ],
  [
    "its volume is a link to a file",
    (root, victim) => {
      const path = `${vcapDirectory(root, "data/shared")}/vol`;
      vcapLink(victim.file, path);
      return path;
    },
  ],
  [
    "a directory above its volume is a link",
    (root, victim) => {
      const path = root.at("data/shared");
      vcapLink(victim.directory, path);
      return path;
    },
  ],
];

const spec = { ...probeSleeping, additional_volumes: [{ path: "/var/vcap/data/shared/vol" }] };

describe.skipIf(!isSandboxed)("A job cannot lead bpm astray when", () => {
  test.each(places)("%s: start names it and touches nothing", async (_, spoil) => {
    await using root = new BoshRoot();
    root.job("web", spec);
    const victim = new Victim(root);
    const path = spoil(root, victim);
    const { code, stderr } = await root.bpm(["start", "web"], { seconds: 20 });
    victim.expectUntouched();
    expect(code).toBe(1);
    expect(stderr).toContain(path.replace(`${root.path}/data/sys`, ""));
    expect(leftovers(root)).toEqual(nothing);
  });

  test.each(["start", "stop", "run"])("bpm.log is a link at %s", async (command) => {
    await using root = new BoshRoot();
    root.job("web", spec);
    const victim = new Victim(root);
    vcapLink(victim.file, `${vcapDirectory(root, "data/sys/log/web")}/bpm.log`);
    await root.bpm([command, "web"], { seconds: 20 });
    victim.expectUntouched();
  });

  test.each(["stop", "list", "pid", "logs"])("every log is a fifo at %s", async (command) => {
    await using root = new BoshRoot();
    root.job("web", spec);
    const logs = vcapDirectory(root, "data/sys/log/web");
    for (const name of ["bpm.log", "web.stdout.log", "web.stderr.log"]) {
      await mustRun(["mkfifo", `${logs}/${name}`]);
    }
    // It must end, whatever it says.
    expect((await root.bpm([command, "web"], { seconds: 20 })).code).toBeLessThan(2);
  });

  test("its log is a link: bpm logs does not read what root may", async () => {
    await using root = new BoshRoot();
    root.job("web", spec);
    const victim = new Victim(root);
    vcapLink(victim.file, `${vcapDirectory(root, "data/sys/log/web")}/web.stdout.log`);
    const { stdout } = await root.bpm(["logs", "web"]);
    expect(stdout).not.toContain("precious");
  });

  test("it replaces its directories while it runs: stop follows nothing", async () => {
    await using root = new BoshRoot();
    root.job("web", { ...spec, ephemeral_disk: true });
    const victim = new Victim(root);
    await root.start("web");
    for (const path of ["data/web/tmp", "data/shared/vol", "data/sys/run/web"]) {
      vcapLink(victim.directory, root.at(path));
    }
    await root.stop("web");
    victim.expectUntouched();
  });
});

describe.skipIf(!isSandboxed)("A link of root's is followed", () => {
  test.each(["data/web", "data/sys/log/web", "store"])("at %s, as on a stemcell", async (path) => {
    await using root = new BoshRoot();
    root.job("web", { ...probeSleeping, persistent_disk: true });
    const elsewhere = root.at("data/elsewhere");
    mkdirSync(elsewhere);
    rmSync(root.at(path), { recursive: true, force: true });
    symlinkSync(elsewhere, root.at(path));
    await root.start("web");
    expect(Bun.spawnSync(["ls", elsewhere]).stdout.toString()).not.toBe("");
  });
});

describe.skipIf(!isSandboxed)("Links inside the sandbox", () => {
  test("of a job's do not make bpm mount elsewhere", async () => {
    await using root = new BoshRoot();
    root.job("web", {
      ...spec,
      ephemeral_disk: true,
      additional_volumes: [{ path: "/var/vcap/data/web/inner/vol", writable: true }],
    });
    const data = vcapDirectory(root, "data/web");
    vcapLink("/etc", `${data}/inner`);
    const before = mountsOf("self").length;
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toContain("data/web/inner");
    expect(mountsOf("self")).toHaveLength(before);
    expect(leftovers(root)).toEqual(nothing);
  });

  test("that lead out of it lead nowhere", async () => {
    await using root = new BoshRoot();
    const secret = root.write("data/secret", "precious");
    const climb = "../".repeat(20);
    const links = `ln -s ${secret} /tmp/a; ln -s ${climb}${secret} /tmp/b`;
    expect(await shell(root, `${links}; cat /tmp/a /tmp/b 2>&1; :`)).not.toContain("precious");
  });
});

describe.skipIf(!isSandboxed)("A lease on bpm.log", () => {
  // Whoever opens the file has to wait for the holder, who gets SIGIO and need not care.
  const hold = [
    "$SIG{IO} = 'IGNORE';",
    "open(my $log, '>>', $ARGV[0]) or die $!;",
    "fcntl($log, 1024, 1) or die $!;",
    '$| = 1; print "held\\n"; sleep 1000;',
  ].join(" ");

  test("keeps no process from starting and stopping, and is told", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const path = root.at("sys/log/web/bpm.log");
    await mustRun(["mkdir", "-p", root.at("sys/log/web")]);
    const holder = Bun.spawn(["perl", "-e", hold, path], { stdout: "pipe", stderr: "inherit" });
    try {
      const { value } = await holder.stdout.getReader().read();
      expect(new TextDecoder().decode(value)).toBe("held\n");
      for (const command of ["start", "stop"]) {
        const { code, stderr } = await root.bpm([command, "web"]);
        expect(code).toBe(0);
        expect(stderr).toMatch(/^Warning: nothing is logged: open file [^\n]*bpm\.log[^\n]*EAGAIN/);
      }
    } finally {
      holder.kill("SIGKILL");
      await holder.exited;
    }
  });
});
