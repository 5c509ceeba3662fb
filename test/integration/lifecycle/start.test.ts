import { describe, expect, test } from "bun:test";
import { lstatSync, rmSync } from "node:fs";
import { BoshRoot, pidfile, probe } from "../../support/bosh-root.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { commandLines } from "../../support/command.ts";
import { probeSleeping, script } from "../../support/inside.ts";
import { isAlive, readStat } from "../../support/process.ts";
import { isSandboxed, vcap } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

/** Mode, owner and group of a path itself: `600 2000:3000`. */
function ownership(path: string): string {
  const { mode, uid, gid } = lstatSync(path);
  return `${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
}

const ofVcap = `${vcap.uid}:${vcap.gid}`;

describe.skipIf(!isSandboxed)("bpm start", () => {
  test("starts a process and says nothing", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    expect(await root.bpm(["start", "web"])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(isAlive(root.pid("web"))).toBe(true);
  });

  test("writes the init's pid to the pidfile, without a newline, for all to read", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    expect(root.read(pidfile("web"))).toBe(String(pid));
    expect(ownership(root.at(pidfile("web")))).toBe("644 0:0");
    expect(ownership(root.at("sys/run/bpm/web"))).toBe("755 0:0");
    expect(ownership(root.at("sys/run/bpm"))).toBe("755 0:0");
  });

  const paths = {
    "sys/log/web": `750 ${ofVcap}`,
    "sys/log/web/web.stdout.log": `600 ${ofVcap}`,
    "sys/log/web/web.stderr.log": `600 ${ofVcap}`,
    "sys/log/web/bpm.log": `600 ${ofVcap}`,
    "sys/run/web": `700 ${ofVcap}`,
    "data/web/tmp": `700 ${ofVcap}`,
    "data/bpm/locks": "700 0:0",
    "data/bpm/locks/job-bpm-web.2eweb.lock": "600 0:0",
  };
  test("creates the job's directories and logs with their owners and modes", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const found = Object.keys(paths).map((path) => [path, ownership(root.at(path))]);
    expect(Object.fromEntries(found)).toEqual(paths);
  });

  test("gives existing logs back to vcap and appends to them", async () => {
    await using root = new BoshRoot();
    root.job("web", script("echo again"));
    for (const stream of ["stdout", "stderr"])
      root.write(`sys/log/web/web.${stream}.log`, "before\n");
    await root.start("web");
    await eventually("the new line", () => root.stdout("web") === "before\nagain\n");
    expect(ownership(root.at("sys/log/web/web.stdout.log"))).toBe(`600 ${ofVcap}`);
  });

  test("leaves a running process alone", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    expect(await root.bpm(["start", "web"])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(root.pid("web")).toBe(pid);
    expect(isAlive(pid)).toBe(true);
    expect(root.bpmMessages("web")).toContain("process-already-running");
  });

  const ways = commandLines(
    "web -p worker",
    "-p worker web",
    "web -pworker",
    "--process=worker web",
    "web --process worker",
    "-p worker -- web",
    "web extra words -p worker",
  );
  test.each(ways)("starts another process: %s", async (_, words) => {
    await using root = new BoshRoot();
    root.job("web", [{ args: ["sleep"] }, { name: "worker", args: ["sleep"] }]);
    await root.mustBpm(["start", ...words]);
    expect(isAlive(root.pid("web", "worker"))).toBe(true);
    expect(root.exists(pidfile("web"))).toBe(false);
    expect(root.exists("sys/log/web/worker.stdout.log")).toBe(true);
  });

  test("starts again what has died, with one init and one state", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const first = await root.start("web");
    process.kill(first, "SIGKILL");
    await eventually("the init's end", () => !isAlive(first));
    const second = await root.start("web");
    expect(second).not.toBe(first);
    expect(root.states()).toEqual(["bpm-web"]);
  });

  test("puts back the pidfile of a running process when it was removed", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    rmSync(root.at(pidfile("web")));
    expect((await root.bpm(["start", "web"])).code).toBe(0);
    expect(isAlive(pid)).toBe(true);
    expect(root.pid("web")).toBe(pid);
  });

  test("leads a session of its own and is no child of bpm's", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    expect(readStat(pid)?.session).toBe(pid);
    await eventually("its adoption", () => readStat(readStat(pid)?.parent ?? 0)?.comm !== "bpm");
  });

  const names = [
    "odd.name",
    "UPPER",
    "under_score",
    "a-b",
    "ümlaut",
    "a b",
    "with'quote",
    "x".repeat(60),
  ];
  test.each(names)("works for a job called %s", async (name) => {
    await using root = new BoshRoot();
    root.job(name, [{ args: ["sleep"] }, { name: "the.worker", args: ["sleep"] }]);
    const [first, second] = [await root.start(name), await root.start(name, "the.worker")];
    expect(first).not.toBe(second);
    await root.stop(name);
    expect(isAlive(second)).toBe(true);
    await root.stop(name, "the.worker");
    expect(leftovers(root)).toEqual(nothing);
  });
});

describe.skipIf(!isSandboxed)("bpm start of what cannot be executed", () => {
  const cases = [
    ["is missing", "/no/such/file", "ENOENT"],
    ["is not executable", "/var/vcap/jobs/web/config/plain", "EACCES"],
    ["is a directory", "/var/vcap/jobs/web", "EACCES"],
    ["is nowhere in PATH", "no-such-command", "ENOENT"],
    ["has no interpreter", "/var/vcap/jobs/web/bin/orphan", "ENOENT"],
    ["lies where nothing may be executed", "/var/vcap/data/web/tmp/program", "EACCES"],
    ["is visible on the host only", "/var/vcap/jobs/bpm/bin/bpm", "ENOENT"],
  ] as const;
  const files = {
    "config/plain": "#!/bin/sh\n",
    "bin/orphan": "#!/no/such/interpreter\n",
  };

  test.each(cases)("fails at once when it %s", async (_, executable, errno) => {
    await using root = new BoshRoot();
    root.job("web", { executable }, files);
    root.write("data/web/tmp/program", "#!/bin/sh\n", 0o755);
    const { code, stdout, stderr } = await root.bpm(["start", "web"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toStartWith("Error: failed to start job-process: ");
    expect(stderr).toContain(executable);
    expect(stderr).toContain(errno);
    expect(leftovers(root)).toEqual(nothing);
    expect(root.bpmMessages("web")).toContain("failed-to-start");
  });

  test("finds a command in the job's PATH as execvp does", async () => {
    await using root = new BoshRoot();
    root.job("web", { executable: "serve" }, { "bin/serve": "#!/bin/sh\necho serving\n" });
    await root.start("web");
    await root.printed("web", "serving");
  });

  test("leaves a script without an interpreter line to the shell, as execvp does", async () => {
    await using root = new BoshRoot();
    root.job("web", { executable: "/var/vcap/jobs/web/bin/serve" }, { "bin/serve": "echo $0\n" });
    await root.start("web");
    await root.printed("web", "/var/vcap/jobs/web/bin/serve");
  });

  test("finds a command in the PATH that bpm.yml gives", async () => {
    await using root = new BoshRoot();
    root.job("web", {
      executable: "probe",
      args: ["count", "1"],
      env: { PATH: probe.replace(/\/probe$/, "") },
    });
    await root.start("web");
    await root.printed("web", "out 1");
  });
});
