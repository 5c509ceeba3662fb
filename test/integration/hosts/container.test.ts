import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { BoshRoot, containerId } from "../../support/bosh-root.ts";
import { isV2 } from "../../support/cgroups.ts";
import { Container, type Layout } from "../../support/container.ts";
import { isSandboxed } from "../../support/product.ts";

const limits = { memory: "64M", processes: 20 };

/** The leaves that bpm has noted down, by what is in front of the leaf. */
async function leaves(container: Container, root: BoshRoot): Promise<string[]> {
  const state = await container.read(root.stateFile("web"));
  const { cgroups } = JSON.parse(state) as { cgroups: { directory: string }[] };
  return cgroups.map(({ directory }) => directory);
}

/** What the limits are in the leaves. */
async function limitsOf(container: Container, root: BoshRoot): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const files = isV2 ? ["memory.max", "pids.max"] : ["memory.limit_in_bytes", "pids.max"];
  for (const directory of await leaves(container, root)) {
    for (const file of files) {
      const { code, stdout } = await container.run(["cat", `${directory}/${file}`]);
      if (code === 0) found[file] = stdout.trim();
    }
  }
  return found;
}

describe.skipIf(!isSandboxed)("In a container without systemd", () => {
  const layouts: (Layout | "nested")[] = ["namespace", "bare", "shared", "nested"];
  const start = async (root: BoshRoot, layout: Layout | "nested") =>
    layout === "nested" ? Container.startNested(root) : Container.start(root, layout);

  test.each(layouts)("(%s) limits hold, and nothing is left", async (layout) => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], limits });
    await using container = await start(root, layout);
    expect(await container.bpm("start", "web")).toEqual({ code: 0, stdout: "", stderr: "" });
    const memory = isV2 ? "memory.max" : "memory.limit_in_bytes";
    expect(await limitsOf(container, root)).toEqual({ [memory]: "67108864", "pids.max": "20" });
    const found = await leaves(container, root);
    expect((await container.bpm("stop", "web")).code).toBe(0);
    for (const directory of found) {
      expect((await container.run(["test", "-e", directory])).code).toBe(1);
    }
    expect(root.exists(`sys/run/bpm-state/${containerId("web")}`)).toBe(false);
  });

  test.each(layouts)("(%s) running out of memory is told", async (layout) => {
    await using root = new BoshRoot();
    root.job("hungry", { args: ["allocate", "200"], limits });
    await using container = await start(root, layout);
    expect((await container.bpm("run", "hungry")).code).toBe(137);
  });

  test("where cgroups are read-only, only a process without limits starts", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], limits });
    root.job("free", { args: ["sleep"] });
    await using container = await Container.start(root, "read-only");
    const { code, stderr } = await container.bpm("start", "web");
    expect(code).toBe(1);
    expect(stderr).toContain("limits.memory cannot be kept: this host has no writable cgroup");
    expect((await container.bpm("start", "free")).code).toBe(0);
    expect((await container.bpm("stop", "free")).code).toBe(0);
  });

  test.skipIf(!isV2)("the processes at its top make room, and only then", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], limits });
    root.job("free", { args: ["sleep"] });
    await using container = await Container.start(root, "namespace");
    expect((await container.bpm("start", "free")).code).toBe(0);
    expect(await container.read("/proc/1/cgroup")).toBe("0::/\n");
    expect((await container.bpm("start", "web")).code).toBe(0);
    expect(await container.read("/proc/1/cgroup")).toBe("0::/init\n");
    for (const job of ["web", "free"]) expect((await container.bpm("stop", job)).code).toBe(0);
  });

  test.skipIf(!isV2)("leaves go beside it where it has no cgroup namespace", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], limits });
    await using container = await Container.start(root, "shared");
    expect((await container.bpm("start", "web")).code).toBe(0);
    expect((await leaves(container, root)).join()).toMatch(/^\/sys\/fs\/cgroup\/bpm-web-\w+$/);
    expect((await container.bpm("stop", "web")).code).toBe(0);
  });

  test("leaves are in its own part of the machine's cgroups", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["sleep"], limits });
    await using container = await Container.start(root, "namespace");
    expect((await container.bpm("start", "web")).code).toBe(0);
    const [leaf] = await leaves(container, root);
    const name = leaf?.split("/").at(-1) ?? "";
    const holders = container.cgroups.filter((directory) => existsSync(`${directory}/${name}`));
    expect(holders).not.toEqual([]);
    expect((await container.bpm("stop", "web")).code).toBe(0);
  });
});
