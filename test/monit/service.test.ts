import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { BoshRoot, pidfile } from "../support/bosh-root.ts";
import { cgroupsOf } from "../support/cgroups.ts";
import { leftovers, nothing } from "../support/clean-up.ts";
import { mustRun } from "../support/command.ts";
import { isAlive } from "../support/process.ts";
import { isSandboxed } from "../support/product.ts";
import { hasSystemd, unitsLike } from "../support/systemd.ts";
import { eventually, slowness } from "../support/wait.ts";
import { monitFile } from "./monit.ts";
import { MonitService } from "./monit-service.ts";

const limits = { memory: "64M", processes: 20 };
const processes = [
  { args: ["sleep"], limits },
  { name: "worker", args: ["sleep"], limits },
];
const names = ["web", "worker"] as const;

async function systemctl(...words: string[]): Promise<void> {
  await mustRun(["systemctl", ...words]);
}

/** The control groups of the whole machine, as an operator looks at them. */
async function controlGroups(): Promise<string> {
  return (await mustRun(["systemd-cgls", "--no-pager", "--full"])).stdout;
}

describe.skipIf(!isSandboxed || !hasSystemd)("With monit as a service of systemd,", () => {
  let root: BoshRoot;
  let monit: MonitService;
  let pids: readonly number[] = [];
  let groups: [string, string][][] = [];

  const recorded = () => names.map((name) => root.pid("web", name));
  const cgroups = () => pids.map((pid) => [...cgroupsOf(pid)]);

  beforeAll(async () => {
    root = new BoshRoot("/var/vcap");
    root.job("web", processes);
    monit = await MonitService.start(
      root,
      names.map((name) => monitFile("web", name)),
    );
    for (const name of names) await monit.until(`web-${name}`, /^OK$/);
    pids = recorded();
    groups = cgroups();
  }, 120_000 * slowness);

  afterAll(async () => {
    await monit[Symbol.asyncDispose]();
    await root[Symbol.asyncDispose]();
  }, 120_000 * slowness);

  /** Waits until there is another monit than `before`, and it has found the processes. */
  async function foundAgain(before: number): Promise<void> {
    await eventually("another monit", async () => ![0, before].includes(await monit.pid()));
    await monit.answers();
    for (const name of names) await monit.until(`web-${name}`, /^OK$/);
  }

  async function stopAll(): Promise<void> {
    for (const name of names) await monit.tell("stop", `web-${name}`);
    for (const name of names) await monit.until(`web-${name}`, /^Not monitored$/);
  }

  const interruptions: [what: string, how: () => Promise<void>][] = [
    ["is restarted", async () => monit.systemctl("restart")],
    ["is killed, with all in its cgroup", async () => monit.systemctl("kill", "--signal=KILL")],
    [
      "is stopped, and started much later",
      async () => {
        await monit.systemctl("stop");
        for (const pid of pids) expect(isAlive(pid)).toBe(true);
        await systemctl("daemon-reload");
        await monit.systemctl("start");
      },
    ],
    [
      "is restarted while systemd loads its units anew",
      async () => {
        await Promise.all([monit.systemctl("restart"), systemctl("daemon-reload")]);
      },
    ],
    [
      "is restarted after systemd has executed itself anew",
      async () => {
        await systemctl("daemon-reexec");
        await monit.systemctl("restart");
      },
    ],
  ];
  test.each(interruptions)("a job's processes stay the same when it %s", async (_, interrupt) => {
    const before = await monit.pid();
    await interrupt();
    await foundAgain(before);
    expect(pids.map(isAlive)).toEqual([true, true]);
    expect(recorded()).toEqual([...pids]);
    expect(cgroups()).toEqual(groups);
  });

  test("both are shown by the names of job and process, until they are stopped", async () => {
    const shown = await controlGroups();
    for (const name of ["bpm-web-", "bpm-web.2eworker-"]) expect(shown).toContain(name);
    await stopAll();
    expect(leftovers(root)).toEqual(nothing);
    expect(await controlGroups()).not.toContain("bpm-web");
    expect(unitsLike("bpm-web*")).toEqual([]);
  });

  test("a start that ends with the service is made up for", async () => {
    await stopAll();
    const slow = { executable: "/bin/sleep", args: ["1000"] };
    const hook = "/var/vcap/jobs/web/bin/hook";
    root.job("web", [{ ...slow, hooks: { pre_start: hook } }, ...processes.slice(1)], {
      "bin/hook": "#!/bin/bash\n[ -e /var/vcap/second ] || { touch /var/vcap/second; sleep 1000; }",
    });
    await monit.tell("start", "web-web");
    await eventually("the hook", () => root.exists("second"));
    await monit.systemctl("stop");
    await monit.systemctl("start");
    await monit.answers();
    await monit.until("web-web", /^OK$/);
    expect(isAlive(Number(root.read(pidfile("web"))))).toBe(true);
    await stopAll();
    expect(leftovers(root)).toEqual(nothing);
  });
});
