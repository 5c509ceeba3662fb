/** `bpm exec`: what a command inside is, seen from there and from outside. */

import { describe, expect, test } from "bun:test";
import { readlinkSync, rmSync } from "node:fs";
import { BoshRoot, type ProcessSpec, probe } from "../../support/bosh-root.ts";
import { cgroupsOf } from "../../support/cgroups.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { run } from "../../support/command.ts";
import { probeSleeping, type Report, reportFrom } from "../../support/inside.ts";
import {
  descendantsOf,
  isAlive,
  namespaceOf,
  readProcessFile,
  readStat,
  statusField,
} from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

const stateFile = "sys/run/bpm-state/bpm-web/state.json";
const notRunning = "Error: process is not running or could not be found\n";

async function reportFromExec(root: BoshRoot): Promise<Report> {
  return JSON.parse((await root.mustBpm(["exec", "web", "--", probe, "report"])).stdout) as Report;
}

/** What two processes of one sandbox have in common. */
function surroundings({ status, ...report }: Report): object {
  const { directory, host, limits, mounts, cgroups, namespaces } = report;
  const fields = [
    "Uid",
    "Gid",
    "Groups",
    "Umask",
    "NoNewPrivs",
    "Seccomp",
    "Seccomp_filters",
    "CapInh",
    "CapPrm",
    "CapEff",
    "CapBnd",
    "CapAmb",
    "SigBlk",
    "SigIgn",
    "SigCgt",
  ];
  return {
    status: fields.map((name) => `${name} ${statusField(status, name)}`),
    environment: report.environment.toSorted(),
    ...{ directory, host, limits, mounts, cgroups, namespaces },
  };
}

describe.skipIf(!isSandboxed)("A command inside is as the process itself", () => {
  const specs: [what: string, spec: ProcessSpec][] = [
    ["plain", {}],
    ["with an environment and a directory", { env: { A: "1", TERM: "x" }, workdir: "/tmp" }],
    ["with capabilities", { capabilities: ["NET_BIND_SERVICE", "SYS_TIME"] }],
    [
      "with limits",
      {
        limits: { memory: "64M", processes: 20, open_files: 300, core_file_size: 9 },
      },
    ],
    ["with the host's processes", { unsafe: { host_pid_namespace: true } }],
    ["privileged", { unsafe: { privileged: true } }],
  ];
  test.each(specs)("%s", async (_, spec) => {
    await using root = new BoshRoot();
    const itself = await reportFrom(root, "start", spec);
    const command = await reportFromExec(root);
    expect(surroundings(command)).toEqual(surroundings(itself));
  });

  test("whatever bpm.yml says by now", async () => {
    await using root = new BoshRoot();
    const itself = await reportFrom(root, "start", { env: { WHEN: "then" } });
    root.job("web", "processes: [");
    expect(surroundings(await reportFromExec(root))).toEqual(surroundings(itself));
  });

  test("also when that is a run", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["report", "stay"] });
    const errand = root.spawn(["run", "web"]);
    await root.printed("web", "ready");
    const itself = JSON.parse(root.stdout("web").split("\n")[0] ?? "") as Report;
    expect(surroundings(await reportFromExec(root))).toEqual(surroundings(itself));
    await root.stop("web");
    expect(await errand.exited).toBe(143);
  });

  test("but in a session of its own, without a terminal or anything of bpm's", async () => {
    await using root = new BoshRoot();
    await reportFrom(root, "start");
    const { pid, session, group, terminal, descriptors, parent } = await reportFromExec(root);
    expect({ session, group, terminal, parent }).toEqual({
      session: pid,
      group: pid,
      terminal: "NXIO",
      parent: 0,
    });
    expect(
      descriptors.map(({ number, target }) => `${number} ${target.replace(/\d+/, "N")}`),
    ).toEqual(["0 pipe:[N]", "1 pipe:[N]", "2 pipe:[N]"]);
  });
});

describe.skipIf(!isSandboxed)("bpm exec", () => {
  const endings: [words: string[], code: number, stderr: RegExp][] = [
    [["/bin/true"], 0, /^$/],
    [[probe, "exit", "3"], 3, /^$/],
    [[probe, "die", "15"], 143, /^$/],
    [[probe, "die", "9"], 137, /^$/],
    [["sh", "-c", "exit 200"], 200, /^$/],
    [["nosuch"], 127, /^Error: could not exec nosuch: ENOENT\n.*inside the sandbox/],
    [["/etc/passwd"], 126, /^Error: could not exec \/etc\/passwd: EACCES\n.*executable/],
    [["/usr"], 126, /^Error: could not exec \/usr: EACCES\n/],
    [[""], 127, /^Error: could not exec : ENOENT\n/],
  ];
  test.each(endings)("of %p ends with %p", async (words, code, stderr) => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const result = await root.bpm(["exec", "web", "--", ...words]);
    expect(result).toEqual({ code, stdout: "", stderr: expect.stringMatching(stderr) });
  });

  test("passes on what is typed, and both outputs, to the last byte", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const text = "äöü\0\r\n".repeat(300_000);
    const both = ["sh", "-c", "tee /dev/stderr"];
    const result = await root.bpm(["exec", "web", "--", ...both], { stdin: text });
    expect(result.code).toBe(0);
    expect(result.stdout === text).toBe(true);
    expect(result.stderr === text).toBe(true);
  });

  test("does not wait for input, nor for what a command leaves running", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const init = await root.start("web");
    const waiting = Bun.spawn([root.bpmProgram, "exec", "web", "--", "echo", "done"], {
      env: root.environment(),
      stdio: ["pipe", "pipe", "inherit"],
    });
    expect(await new Response(waiting.stdout).text()).toBe("done\n");
    expect(await waiting.exited).toBe(0);
    const left = await root.mustBpm(["exec", "web", "--", "sh", "-c", "sleep 1000 & echo $!"]);
    expect(left.stdout).toMatch(/^\d+\n$/);
    const inside = await root.mustBpm(["exec", "web", "--", "ps", "-e", "-o", "args="]);
    expect(inside.stdout).toContain("sleep 1000");
    await root.stop("web");
    expect(isAlive(init)).toBe(false);
    expect(leftovers(root)).toEqual(nothing);
  });

  test("lets a command notice that nobody reads any more", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const pipeline = `"$0" exec web -- yes | head -n 1; echo "\${PIPESTATUS[*]}"`;
    const { stdout } = await run(["bash", "-c", pipeline, root.bpmProgram], {
      env: root.environment(),
    });
    expect(stdout).toBe("y\n141 0\n");
  });

  const closed = ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"];
  test.each(closed)("takes a closed stream (%s) for an empty one", async (redirection) => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const script = "cat; echo out; echo err >&2; readlink /proc/self/fd/0; exit 4";
    const line = `"$0" exec web -- sh -c '${script}' ${redirection}`;
    const { code, stdout, stderr } = await run(["sh", "-c", line, root.bpmProgram], {
      env: root.environment(),
    });
    expect(code).toBe(4);
    expect(stdout).toMatch(redirection.includes(" >") || redirection === ">&-" ? /^$/ : /^out\n/);
    expect(stderr).toBe(redirection.includes("2") ? "" : "err\n");
  });

  test.each(["echo short", "seq 1 100000; exit 3"])(
    "does not pass over what nothing takes: %s",
    async (script) => {
      await using root = new BoshRoot();
      root.job("web", probeSleeping);
      await root.start("web");
      const line = `"$0" exec web -- sh -c '${script}' > /dev/full`;
      expect(await run(["sh", "-c", line, root.bpmProgram], { env: root.environment() })).toEqual({
        code: 1,
        stdout: "",
        stderr: "Error: could not write standard output: ENOSPC\n",
      });
    },
  );

  test("passes on signals, to all of the command's group", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const command = root.spawn(["exec", "web", "--", probe, "signals"]);
    const shown = outputOf(command);
    await shown.until("ready");
    for (const signal of ["SIGUSR1", "SIGHUP", "SIGINT", "SIGQUIT", "SIGWINCH"] as const) {
      command.kill(signal);
      await shown.until(`signal ${signals[signal]}`);
    }
    command.kill("SIGTERM");
    expect(await command.exited).toBe(0);

    const group = root.spawn(["exec", "web", "--", "sh", "-c", "sleep 1000; echo no"]);
    // A shell that is about to fork loses the signal, at a keyboard, too.
    await eventually("the shell's child", () =>
      descendantsOf(group.pid).some((pid) => readStat(pid)?.comm === "sleep"),
    );
    group.kill("SIGINT");
    expect(await group.exited).toBe(130);
  });

  test("killed, takes the command along", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const init = await root.start("web");
    const command = root.spawn(["exec", "web", "--", probe, "sleep"]);
    await outputOf(command).until("ready");
    const [inside] = membersOf(init);
    command.kill("SIGKILL");
    await command.exited;
    await eventually("the command's end", () => !isAlive(inside ?? 0));
    expect(await root.pid("web")).toBe(init);
    expect(isAlive(init)).toBe(true);
  });

  test("becomes a small program outside of the sandbox", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const command = root.spawn(["exec", "web", "--", probe, "sleep"]);
    await outputOf(command).until("ready");
    expect(readlinkSync(`/proc/${command.pid}/exe`)).toBe("/memfd:bpm-enter (deleted)");
    expect(namespaceOf(command.pid, "mnt")).toBe(namespaceOf("self", "mnt"));
    const status = readProcessFile(command.pid, "status") ?? "";
    expect(Number.parseInt(statusField(status, "VmRSS"), 10)).toBeLessThan(2048);
    command.kill("SIGTERM");
    expect(await command.exited).toBe(143);
  });

  test("says that the sandbox was ended around the command", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const command = root.spawn(["exec", "web", "--", probe, "sleep"]);
    await outputOf(command).until("ready");
    await root.stop("web");
    expect(leftovers(root)).toEqual(nothing);
    expect(await command.exited).toBe(137);
    const told = await new Response(command.stderr).text();
    expect(told).toBe("Error: web has ended, and with it everything in its sandbox\n");
  });

  test("enters only what runs", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["exit", "0"] });
    const attempts = async () => [
      await root.bpm(["exec", "web", "--", "true"]),
      await root.bpm(["exec", "nosuch", "--", "true"]),
      await root.bpm(["exec", "web", "-p", "other", "--", "true"]),
    ];
    const refusal = { code: 1, stdout: "", stderr: notRunning };
    expect(await attempts()).toEqual([refusal, refusal, refusal]);
    await root.mustBpm(["start", "web"]);
    await eventually("the end", async () => (await root.bpm(["pid", "web"])).code === 1);
    expect(await attempts()).toEqual([refusal, refusal, refusal]);
  });

  test("does not take another process of the same number for it", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const state = root.read(stateFile);
    const other = { ...(JSON.parse(state) as Record<string, unknown>), pid: process.pid };
    root.write(stateFile, JSON.stringify(other));
    expect(await root.bpm(["exec", "web", "--", "true"])).toEqual({
      code: 1,
      stdout: "",
      stderr: notRunning,
    });
    root.write(stateFile, state);
  });

  test.each([
    ["is not there", undefined],
    ["is damaged", "{"],
    ["is of another version", '{"env":[],"host_pid_namespace":false,"confinement":{}}'],
  ])("says so when what was noted down of the sandbox %s", async (_, content) => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const note = "sys/run/bpm-state/bpm-web/entry.json";
    rmSync(root.at(note));
    if (content !== undefined) root.write(note, content);
    const { code, stderr } = await root.bpm(["exec", "web", "--", "true"]);
    expect(code).toBe(1);
    expect(stderr).toContain("does not say how to enter its sandbox\nThe process was started by");
  });

  test("is among the tasks that are limited", async () => {
    await using root = new BoshRoot();
    root.job("web", { ...probeSleeping, limits: { processes: 3 } });
    const init = await root.start("web");
    const { code, stdout, stderr } = await root.bpm(["exec", "web", "--", probe, "forks", "9"]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "0 AGAIN\n", stderr: "" });
    // A process that joins a cgroup of v1 is counted, but not kept out (pids.rst of the kernel).
    if (cgroupsOf(init).has("pids")) return;
    root.job("web", { ...probeSleeping, limits: { processes: 2 } });
    await root.stop("web");
    await root.start("web");
    const refused = await root.bpm(["exec", "web", "--", "true"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^Error: could not clone web: EAGAIN\nIs limits\.processes/);
  });

  test("needs a command, and a terminal only where it is to give one", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const none = await root.bpm(["exec", "web"]);
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(/^Usage:[^]*Error: must specify a command, behind --\n$/);
    expect(await root.bpm(["exec", "web", "-t", "--", "true"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "Error: standard input is not a terminal (ENOTTY)\nLeave out -t.\n",
    });
    expect((await root.bpm(["exec", "web", "ls", "-l"])).stderr).toContain(
      "unknown shorthand flag: 'l' in -l",
    );
    expect(
      (await root.mustBpm(["exec", "-p", "web", "web", "--", "echo", "-p", "--"])).stdout,
    ).toBe("-p --\n");
  });
});

const signals = { SIGUSR1: 10, SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGWINCH: 28 } as const;

/** What a command prints, as it comes. */
function outputOf(child: ReturnType<BoshRoot["spawn"]>) {
  let shown = "";
  void (async () => {
    for await (const chunk of child.stdout) shown += Buffer.from(chunk).toString();
  })();
  return {
    until: (text: string) => eventually(`"${text}" in the output`, () => shown.includes(text)),
  };
}

/** The processes of the sandbox that were not started by its init, newest first. */
function membersOf(init: number): number[] {
  const own = namespaceOf(init, "pid");
  const pids = new Bun.Glob("[0-9]*").scanSync({ cwd: "/proc", onlyFiles: false });
  return [...pids]
    .map(Number)
    .filter((pid) => {
      return pid > init + 1 && namespaceOf(pid, "pid") === own;
    })
    .sort((a, b) => b - a);
}
