import { describe, expect, test } from "bun:test";
import { readlinkSync } from "node:fs";
import { BoshRoot, pidfile } from "../../support/bosh-root.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { exitStatus, run } from "../../support/command.ts";
import { probeSleeping, script } from "../../support/inside.ts";
import { isAlive, readProcessFile } from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

const failed = (status: number) => {
  return `Error: failed to run job-process: exit status ${status} (exit status ${status})\n`;
};

describe.skipIf(!isSandboxed)("bpm run", () => {
  test("shows both streams and writes them to the logs", async () => {
    await using root = new BoshRoot();
    root.job("errand", { args: ["count", "2"] });
    const [stdout, stderr] = ["out 1\nout 2\n", "err 1\nerr 2\n"];
    expect(await root.bpm(["run", "errand"])).toEqual({ code: 0, stdout, stderr });
    expect([root.stdout("errand"), root.stderr("errand")]).toEqual([stdout, stderr]);
  });

  test("loses nothing of a large output", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("seq 1 200000; printf 'no newline at the end'"));
    const { code, stdout } = await root.bpm(["run", "errand"]);
    expect(code).toBe(0);
    expect(stdout.length).toBe(1_288_916);
    expect(stdout.endsWith("200000\nno newline at the end")).toBe(true);
    expect(root.stdout("errand") === stdout).toBe(true);
  });

  test("appends to the logs", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("echo one"));
    for (const _ of [1, 2]) await root.mustBpm(["run", "errand"]);
    expect(root.stdout("errand")).toBe("one\none\n");
  });

  const endings = [
    ["exits with 0", ["exit", "0"], 0],
    ["exits with 3", ["exit", "3"], 3],
    ["exits with 255", ["exit", "255"], 255],
    ["is ended by KILL", ["die", "9"], 137],
    ["is ended by TERM", ["die", "15"], 143],
    ["is ended by SEGV", ["die", "11"], 139],
  ] as const;
  test.each(endings)("of a process that %s ends the same way", async (_, args, status) => {
    await using root = new BoshRoot();
    root.job("errand", { args });
    const { code, stderr } = await root.bpm(["run", "errand"]);
    expect({ code, stderr }).toEqual({ code: status, stderr: status === 0 ? "" : failed(status) });
    expect(leftovers(root)).toEqual(nothing);
  });

  const unusable = [
    ["/no/such/file", 127],
    ["/var/vcap/jobs/errand/config/bpm.yml", 126],
  ] as const;
  test.each(unusable)("of %s exits with %i and names it", async (executable, status) => {
    await using root = new BoshRoot();
    root.job("errand", { executable });
    const { code, stderr } = await root.bpm(["run", "errand"]);
    expect(code).toBe(status);
    expect(stderr).toContain(executable);
    expect(leftovers(root)).toEqual(nothing);
  });

  test("gives the process an empty stdin", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("readlink /proc/self/fd/0; cat"));
    const { stdout } = await root.bpm(["run", "errand"], { stdin: "hello" });
    expect(stdout).toBe("/dev/null\n");
  });

  test.each(["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])(
    "writes the logs, also with streams closed: %s",
    async (redirection) => {
      await using root = new BoshRoot();
      root.job("errand", script("echo out; echo err >&2; exit 3"));
      const line = `"$0" run errand ${redirection}`;
      const { code } = await run(["sh", "-c", line, root.bpmProgram], { env: root.environment() });
      expect(code).toBe(3);
      expect([root.stdout("errand"), root.stderr("errand")]).toEqual(["out\n", "err\n"]);
    },
  );

  test("writes no pidfile, and leaves nothing when it is done", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("echo started; sleep 1000"));
    const running = root.spawn(["run", "errand"]);
    await root.printed("errand", "started");
    expect(root.exists(pidfile("errand"))).toBe(false);
    expect((await root.bpm(["list"])).stdout).toMatch(/errand +\d+ running/);
    running.kill("SIGTERM");
    await running.exited;
    expect(leftovers(root)).toEqual(nothing);
  });

  test("keeps no JavaScript engine while the errand runs", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("echo started; sleep 1000"));
    const running = root.spawn(["run", "errand"]);
    await root.printed("errand", "started");
    expect(readlinkSync(`/proc/${running.pid}/exe`)).toStartWith("/memfd:");
    const maps = readProcessFile(running.pid, "maps") ?? "";
    expect(maps).not.toContain("libbpm.so");
    expect(maps).not.toContain("/bpm\n");
    running.kill("SIGTERM");
    await running.exited;
  });

  const forwarded = [
    ["SIGINT", 2],
    ["SIGTERM", 15],
    ["SIGHUP", 1],
    ["SIGQUIT", 3],
    ["SIGUSR1", 10],
  ] as const;
  test.each(forwarded)("passes %s on to the errand and waits for it", async (name, number) => {
    await using root = new BoshRoot();
    root.job("errand", { args: ["signals", String(number)] });
    const running = root.spawn(["run", "errand"]);
    await root.printed("errand", "ready");
    running.kill(name);
    await running.exited;
    expect(exitStatus(running)).toBe(0);
    expect(root.stdout("errand")).toBe(`ready\nsignal ${number}\n`);
    expect(leftovers(root)).toEqual(nothing);
  });

  test("exits with 128 and the signal's number when the errand dies of it", async () => {
    await using root = new BoshRoot();
    root.job("errand", probeSleeping);
    const running = root.spawn(["run", "errand"]);
    await root.printed("errand", "ready");
    running.kill("SIGINT");
    expect(await running.exited).toBe(130);
    expect(running.signalCode).toBe(null);
  });

  test("ends the errand when it is killed with KILL itself", async () => {
    await using root = new BoshRoot();
    root.job("errand", { args: ["ignore", "15"] });
    const running = root.spawn(["run", "errand"]);
    await root.printed("errand", "ready");
    running.kill("SIGKILL");
    await running.exited;
    await eventually("the errand's end", () => leftovers(root).processes.length === 0);
    // A process that is just ending has lost its mounts already, and its pid not yet.
    await eventually("its failure", async () =>
      /errand +- +failed/.test((await root.bpm(["list"])).stdout),
    );
    expect(await root.bpm(["stop", "errand"])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(leftovers(root)).toEqual(nothing);
  });

  test("can be repeated after it was killed", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("echo started; test -e /tmp/again || sleep 1000"));
    const running = root.spawn(["run", "errand"]);
    await root.printed("errand", "started");
    running.kill("SIGKILL");
    await running.exited;
    root.write("data/errand/tmp/again", "");
    expect((await root.bpm(["run", "errand"])).code).toBe(0);
  });

  test("ends what the errand leaves behind", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("setsid sleep 1000 & echo done"));
    expect((await root.bpm(["run", "errand"])).stdout).toBe("done\n");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("can be repeated at once, again and again", async () => {
    await using root = new BoshRoot();
    root.job("errand", { args: ["exit", "0"] });
    for (let count = 0; count < 20; count += 1) {
      expect(await root.bpm(["run", "errand"])).toEqual({ code: 0, stdout: "", stderr: "" });
    }
  });

  test("waits for another run of the same process", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("echo begin; sleep 0.2; echo end"));
    const both = await Promise.all([root.bpm(["run", "errand"]), root.bpm(["run", "errand"])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(root.stdout("errand")).toBe("begin\nend\nbegin\nend\n");
  });

  test("of a process that was started does nothing, and says so", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    const { code, stdout, stderr } = await root.bpm(["run", "web"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toBe("web is running already; nothing was run\n");
    expect(root.bpmMessages("web")).toContain("process-already-running");
    expect(isAlive(pid)).toBe(true);
  });

  test("does not mind that nobody reads its output any more", async () => {
    await using root = new BoshRoot();
    root.job("errand", script("echo first; sleep 0.2; seq 1 20000; echo last"));
    const running = root.spawn(["run", "errand"]);
    await running.stdout.cancel();
    await running.exited;
    await eventually("the errand's end", () => leftovers(root).processes.length === 0);
    expect(leftovers(root)).toEqual(nothing);
  });
});
