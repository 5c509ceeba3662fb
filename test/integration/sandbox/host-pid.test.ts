import { describe, expect, test } from "bun:test";
import { BoshRoot } from "../../support/bosh-root.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { reportFrom, script, ways } from "../../support/inside.ts";
import { childrenOf, isAlive, namespaceOf, readStat } from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

const unsafe = { host_pid_namespace: true };

describe.skipIf(!isSandboxed)("A job in the host's PID namespace", () => {
  test.each([...ways])("sees the host's processes after %s", async (way) => {
    await using root = new BoshRoot();
    const report = await reportFrom(root, way, { unsafe });
    const own = report.namespaces.find(({ name }) => name === "pid");
    expect(own?.id).toBe(namespaceOf("self", "pid") ?? "");
    expect(report.group).toBe(report.pid);
    expect(report.parent).toBeGreaterThan(1);
  });

  test("has its init as parent, whose pid is in the pidfile", async () => {
    await using root = new BoshRoot();
    const report = await reportFrom(root, "start", { unsafe });
    expect(report.parent).toBe(root.pid("web"));
    expect(childrenOf(root.pid("web"))).toEqual([report.pid]);
  });

  test("keeps its orphans: the init adopts and reaps them", async () => {
    await using root = new BoshRoot();
    root.job("web", script("(sh -c 'sleep 1000 & echo $!' &); sleep 1000", { unsafe }));
    const pid = await root.start("web");
    const orphan = Number(await eventually("the orphan's pid", () => root.stdout("web").trim()));
    await eventually("its adoption", () => readStat(orphan)?.parent === pid);
    process.kill(orphan, "SIGKILL");
    await eventually("its burial", () => readStat(orphan) === undefined);
  });

  test("is ended with all its descendants by stop", async () => {
    await using root = new BoshRoot();
    root.job(
      "web",
      script("setsid sh -c 'trap \"\" TERM; echo $$; sleep 1000; sleep 1000' & wait", { unsafe }),
    );
    await root.start("web");
    const orphan = Number(await eventually("the orphan's pid", () => root.stdout("web").trim()));
    await root.stop("web");
    expect(isAlive(orphan)).toBe(false);
    expect(leftovers(root)).toEqual(nothing);
  });

  test("ends with all its descendants when the main process does", async () => {
    await using root = new BoshRoot();
    root.job("web", script("setsid sleep 1000 & echo $!; sleep 0.1", { unsafe }));
    expect((await root.bpm(["run", "web"])).code).toBe(0);
    expect(leftovers(root)).toEqual(nothing);
  });
});
