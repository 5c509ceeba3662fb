/**
 * Mounts after many restarts: as many as after the first start, on the host and inside. Shared and
 * nested volumes are where they would multiply.
 */
import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { BoshRoot, type ProcessSpec } from "../../support/bosh-root.ts";
import { mustRun } from "../../support/command.ts";
import { script } from "../../support/inside.ts";
import { mountAt, mountsOf } from "../../support/mounts.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

const restarts = 100;
const runs = 30;
/** In milliseconds: this many starts take half a minute on two cores, and more on busy ones. */
const patience = 300_000;
const volume = "/var/vcap/data/vol";

/** Volumes in each other, children before parents, shared ones in others and others in shared. */
const nested: ProcessSpec = {
  additional_volumes: [
    { path: `${volume}/inner/deep`, shared: true, writable: true },
    { path: `${volume}/inner`, writable: true },
    { path: volume, shared: true, mount_only: true, writable: true },
    { path: `${volume}/file`, mount_only: true },
    { path: `${volume}/from-host/own`, writable: true },
    { path: "/var/vcap/data/plain/shared", shared: true },
    { path: "/var/vcap/data/plain" },
  ],
};
const unrestricted: ProcessSpec = {
  unrestricted_volumes: [
    { path: `${volume}/inner/*`, writable: true },
    { path: `${volume}/free`, shared: true },
    { path: "/var/cache", shared: true },
    { path: "/var/vcap/data/plain/[a-z]*" },
  ],
};

/** Mounts once, as careful jobs do: what they mount in a shared volume outlives them. */
const mountsInside = script(
  `
  cd ${volume}
  mountpoint -q from-job || mount -t tmpfs job from-job
  echo ready
  sleep 1000
`,
  { ...nested, unsafe: { ...unrestricted, privileged: true } },
);

/** What the volumes need, and a mount of the host's below the shared one. */
async function lay(root: BoshRoot): Promise<void> {
  for (const name of ["from-host", "from-job", "free", "late"]) {
    mkdirSync(root.at(`${volume}/${name}`), { recursive: true });
  }
  root.write(`${volume}/file`, "");
  mkdirSync(root.at("data/plain/shared"), { recursive: true });
  await mustRun(["mount", "-t", "tmpfs", "host", root.at(`${volume}/from-host`)]);
}

/** The mounts of this namespace or of a sandbox, each as what is where. */
function mounts(pid: number | "self"): string[] {
  return mountsOf(pid).map(({ source, root, target }) => `${source}:${root} at ${target}`);
}

describe.skipIf(!isSandboxed)("With shared and nested volumes there are as many mounts", () => {
  test(
    `after ${restarts} restarts of two jobs as after the first start`,
    async () => {
      await using root = new BoshRoot();
      await lay(root);
      root.job("web", { args: ["sleep"], ...nested, unsafe: unrestricted });
      root.job("mounter", mountsInside);
      let starts = 0;
      const restart = async () => {
        starts += 1;
        await Promise.all(
          ["web", "mounter"].map(async (job) => {
            await root.stop(job);
            await root.start(job);
          }),
        );
        await root.printed("mounter", "ready\n".repeat(starts));
        return {
          host: mounts("self"),
          jobs: ["web", "mounter"].map((job) => mounts(root.pid(job))),
        };
      };
      const first = await restart();
      const fromJob = root.at(`${volume}/from-job`);
      expect(first.host.filter((mount) => mount.endsWith(fromJob))).toHaveLength(1);
      const settled = await restart();
      expect(settled.host.toSorted()).toEqual(first.host.toSorted());
      for (let count = 1; count < restarts; count += 1) {
        const { host, jobs } = await restart();
        expect(host).toEqual(settled.host);
        expect(jobs.map(({ length }) => length)).toEqual(settled.jobs.map(({ length }) => length));
      }
      await bothSidesSee(root);
    },
    patience,
  );

  test(
    `after ${runs} runs as after the first`,
    async () => {
      await using root = new BoshRoot();
      await lay(root);
      const inside = script("cat /proc/self/mountinfo", { ...nested, unsafe: unrestricted });
      root.job("errand", inside);
      const seen = async () => (await root.mustBpm(["run", "errand"])).stdout.split("\n").length;
      await seen();
      const [before, within] = [mounts("self"), await seen()];
      for (let count = 1; count < runs; count += 1) {
        expect(await seen()).toBe(within);
        expect(mounts("self")).toEqual(before);
      }
    },
    patience,
  );

  const failures: [what: string, spec: ProcessSpec][] = [
    ["before the sandbox is made", { hooks: { pre_start: "/bin/false" } }],
    ["while the sandbox is made", { workdir: `${volume}/file` }],
    ["when the sandbox is complete", { executable: "/no/such/file" }],
  ];
  test.each(failures)(
    "after starts and runs that fail %s",
    async (_, spec) => {
      await using root = new BoshRoot();
      await lay(root);
      root.job("web", { ...nested, unsafe: unrestricted, ...spec });
      await root.bpm(["start", "web"]);
      await root.bpm(["start", "web"]);
      const before = mounts("self");
      for (const command of Array.from({ length: 10 }, () => ["start", "run"]).flat()) {
        expect((await root.bpm([command, "web"])).code).toBeGreaterThan(0);
        expect(mounts("self")).toEqual(before);
      }
    },
    patience,
  );
});

/** The volume is shared still: mounts of the host reach both jobs, and theirs the host. */
async function bothSidesSee(root: BoshRoot): Promise<void> {
  expect(mountAt(mountsOf(root.pid("web")), `${volume}/from-job`)?.source).toBe("job");
  await mustRun(["mount", "-t", "tmpfs", "late", root.at(`${volume}/late`)]);
  for (const job of ["web", "mounter"]) {
    const seen = () => mountAt(mountsOf(root.pid(job)), `${volume}/late`)?.source === "late";
    await eventually(`the mount in ${job}`, seen);
  }
}
