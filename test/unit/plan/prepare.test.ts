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

const PLAIN = [
  "directory /var/vcap/sys/run/bpm 0755 0:0",
  "directory /var/vcap/sys/run/bpm/web 0755 0:0",
  "directory /var/vcap/sys/run/web 0700 2000:3000",
  "directory /var/vcap/sys/log/web 0750 2000:3000",
  "file /var/vcap/sys/log/web/worker.stdout.log 0600 2000:3000",
  "file /var/vcap/sys/log/web/worker.stderr.log 0600 2000:3000",
  "directory /var/vcap/data/web/tmp 0700 2000:3000",
];

test("a plain process needs its directories and logs", () => {
  expect(steps({ paths: processPaths(paths.root, "web", "worker") })).toEqual(PLAIN);
});

test("they belong to vcap though the process is privileged", () => {
  const worker = processPaths(paths.root, "web", "worker");
  expect(steps({ paths: worker, config: config({ privileged: true }) })).toEqual(PLAIN);
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
    return steps({ config: config({ additionalVolumes }) }).slice(PLAIN.length);
  }

  test("are made and given to vcap, unless they are only mounted", () => {
    expect(added(["/var/vcap/data/v"], ["/var/vcap/data/m", { mountOnly: true }])).toEqual([
      "volume /var/vcap/data/v 2000:3000",
    ]);
  });

  test("are shared once they are there", () => {
    expect(added(
      ["/var/vcap/data/a", { shared: true }],
      ["/var/vcap/data/b", { shared: true, mountOnly: true }],
      ["/var/vcap/data/c"],
    )).toEqual([
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
  expect(unrestricted.slice(PLAIN.length)).toEqual(["shared /opt/a", "shared /opt/b"]);
});
