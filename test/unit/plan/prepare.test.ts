import { describe, expect, test } from "bun:test";
import { processPaths } from "../../../src/bosh/process-paths.ts";
import type { PrepareStep } from "../../../src/plan/launch-plan.ts";
import { config, facts, paths, plan, volume } from "./fixtures.ts";

/** `kind path [mode] [uid:gid]`. */
function text(step: PrepareStep): string {
  const mode = "mode" in step ? [`0${step.mode.toString(8)}`] : [];
  const owner = "uid" in step ? [`${step.uid}:${step.gid}`] : [];
  return [step.kind, step.path, ...mode, ...owner].join(" ");
}

function steps(different: Parameters<typeof plan>[0]): string[] {
  return plan(different).prepare.map(text);
}

const plain = [
  "directory /var/vcap/sys/run/bpm 0755 0:0",
  "directory /var/vcap/sys/run/bpm/web 0755 0:0",
  "directory /var/vcap/sys/run/web 0700 2000:3000",
  "directory /var/vcap/sys/log/web 0750 2000:3000",
  "file /var/vcap/sys/log/web/worker.stdout.log 0600 2000:3000",
  "file /var/vcap/sys/log/web/worker.stderr.log 0600 2000:3000",
  "directory /var/vcap/data/web/tmp 0700 2000:3000",
];

test("a plain process needs its directories and logs", () => {
  expect(steps({ paths: processPaths(paths.root, "web", "worker") })).toEqual(plain);
});

test("they belong to vcap though the process is privileged", () => {
  const worker = processPaths(paths.root, "web", "worker");
  expect(steps({ paths: worker, config: config({ privileged: true }) })).toEqual(plain);
});

test("disks belong to vcap; the ephemeral one before the temporary directory in it", () => {
  const disks = steps({ config: config({ ephemeralDisk: true, persistentDisk: true }) });
  expect(disks.slice(-3)).toEqual([
    "directory /var/vcap/data/web 0700 2000:3000",
    "directory /var/vcap/store/web 0700 2000:3000",
    "directory /var/vcap/data/web/tmp 0700 2000:3000",
  ]);
});

test("all of it is below another BOSH root", () => {
  const moved = plan({
    paths: processPaths({ root: "/srv/bosh" }, "web", "web"),
    config: config({ additionalVolumes: [volume("/var/vcap/data/v", { shared: true })] }),
  });
  expect(moved.prepare.filter(({ path }) => !path.startsWith("/srv/bosh/"))).toEqual([]);
});

describe("additional volumes", () => {
  function added(...volumes: Parameters<typeof volume>[]): string[] {
    const additionalVolumes = volumes.map((args) => volume(...args));
    return steps({ config: config({ additionalVolumes }) }).filter((step) =>
      /^(volume|shared) /.test(step),
    );
  }

  test("are made and given to vcap, unless they are only mounted", () => {
    expect(added(["/var/vcap/data/v"], ["/var/vcap/data/m", { mountOnly: true }])).toEqual([
      "volume /var/vcap/data/v 2000:3000",
    ]);
  });

  test("of somebody else's are made, but what is there is left alone", () => {
    const keep = (path: string, different = {}) => {
      const planned = plan({
        config: config({ additionalVolumes: [volume(path, different)] }),
        facts: facts({ jobs: ["web", "other"] }),
      });
      return planned.prepare.flatMap((step) => (step.kind === "volume" ? [step.keep] : []));
    };
    const others = [
      "jobs/other",
      "jobs/web/x",
      "packages/x",
      "packages/bpm/bin",
      "data/jobs/x/y",
      "bosh/x",
      "data/packages/x/y",
      "data/other",
      "data/other/x",
      "store/other",
      "sys/log/other/x",
      "sys/run/other",
      "data/sys/run/other",
    ];
    for (const path of others) {
      expect([path, ...keep(`/var/vcap/${path}`)]).toEqual([path, true]);
      expect(keep(`/var/vcap/${path}`, { mountOnly: true })).toEqual([]);
    }
    for (const path of ["data/shared", "data/web/x", "data/otherwise", "store/shared/other"]) {
      expect([path, ...keep(`/var/vcap/${path}`)]).toEqual([path, false]);
    }
  });

  test("of bpm's own, and of what holds it, are only shown", () => {
    const own = [
      "data/bpm",
      "data/bpm/locks",
      "sys/run/bpm",
      "sys/run/bpm/other",
      "sys/run/bpm-state",
      "data/sys/run/bpm/other",
      "data/sys/run/bpm-state/x",
      "sys/run",
      "data/sys/run",
      "sys",
      "data",
      "data/tmp",
    ];
    for (const path of own) expect([path, added([`/var/vcap/${path}`])]).toEqual([path, []]);
  });

  test("that lead to somebody else's by another name are spared by what they are", () => {
    const moved = plan({
      paths: processPaths({ root: "/srv/bosh" }, "web", "web"),
      config: config({ additionalVolumes: [volume("/srv/bosh/data/v")] }),
    });
    expect(moved.prepare.at(-1)).toMatchObject({ kind: "volume", path: "/srv/bosh/data/v" });
    expect(moved.prepare.at(-1)).toMatchObject({
      spared: expect.arrayContaining(["/srv/bosh/jobs", "/srv/bosh/sys/run/bpm"]),
    });
  });

  test("and temporary directories get nothing open made on the way to them", () => {
    const [tmp] = plan().prepare.filter(({ path }) => path.endsWith("/tmp"));
    expect(tmp).toMatchObject({ on_the_way: 0o700 });
  });

  test("that show the job's own directory give it to vcap, as the way to what is in it", () => {
    const own = "directory /var/vcap/data/web 0700 2000:3000";
    const given = (path: string) => {
      const additionalVolumes = [volume(path, { mountOnly: true })];
      return steps({ config: config({ additionalVolumes }) }).includes(own);
    };
    expect(
      ["/var/vcap", "/var/vcap/data", "/var/vcap/data/w", "/var/vcap/store"].map(given),
    ).toEqual([true, true, false, false]);
  });

  test("are shared once they are there", () => {
    expect(
      added(
        ["/var/vcap/data/a", { shared: true }],
        ["/var/vcap/data/b", { shared: true, mountOnly: true }],
        ["/var/vcap/data/c"],
      ),
    ).toEqual([
      "volume /var/vcap/data/a 2000:3000",
      "volume /var/vcap/data/c 2000:3000",
      "shared /var/vcap/data/a",
      "shared /var/vcap/data/b",
    ]);
  });

  test("that are not mounted, because something else is, stay as they are", () => {
    expect(added(["/var/vcap/packages"], ["/var/vcap/data/v"], ["/var/vcap/data/v"])).toEqual([
      "volume /var/vcap/data/v 2000:3000",
    ]);
  });

  test.each(["", "/data", "/store", "/sys/run", "/jobs"])(
    "that show the whole of /var/vcap%s do not take it from the other jobs",
    (path) => {
      expect(added([`/var/vcap${path}`, { writable: true }])).toEqual([]);
    },
  );
});

test("unrestricted volumes are never made or given away, but may be shared", () => {
  const unrestricted = steps({
    config: config({ unrestrictedVolumes: [volume("/opt/*", { shared: true }), volume("/srv/*")] }),
    facts: facts({ unrestricted: [["/opt/a", "/opt/b"], ["/srv/c"]] }),
  });
  expect(unrestricted.slice(plain.length)).toEqual(["shared /opt/a", "shared /opt/b"]);
});
