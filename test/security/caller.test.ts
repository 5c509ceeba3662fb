/** What bpm's caller has set for itself (processors, priorities, limits) must not reach a job. */

import { describe, expect, test } from "bun:test";
import { BoshRoot } from "../support/bosh-root.ts";
import { run } from "../support/command.ts";
import { script } from "../support/inside.ts";
import { readProcessFile, statusField } from "../support/process.ts";
import { isSandboxed } from "../support/product.ts";
import { record } from "../support/strace.ts";

/** Without CAP_SYS_RESOURCE nobody can raise a hard limit. */
const canRaise = Bun.spawnSync(["/bin/bash", "-c", "ulimit -Hn $(($(ulimit -Hn) + 1))"]).success;

/** Prints a process's standing, a line for each thing. */
const standing = [
  "echo processors $(sed -n 's/^Cpus_allowed_list:\\s*//p' /proc/self/status)",
  "echo nice, policy $(cut -d' ' -f19,41 /proc/self/stat)",
  "echo io $(ionice -p $$ | cut -d: -f1)",
  "echo oom $(cat /proc/self/oom_score_adj)",
  "echo timer slack $(cat /proc/self/timerslack_ns)",
  "echo personality $(cat /proc/self/personality)",
  "echo huge pages $(sed -n 's/^THP_enabled:\\s*//p' /proc/self/status)",
  "echo umask $(umask)",
  "for limit in t f d s m v; do echo -$limit $(ulimit -S -$limit) $(ulimit -H -$limit); done",
].join("\n");

const expected = [
  `processors ${statusField(readProcessFile(process.pid, "status") ?? "", "Cpus_allowed_list")}`,
  "nice, policy 0 0",
  "io none",
  "oom 0",
  "timer slack 50000",
  "personality 00000000",
  "huge pages 1",
  "umask 0022",
  "-t unlimited unlimited",
  "-f unlimited unlimited",
  "-d unlimited unlimited",
  "-s 8192 unlimited",
  "-m unlimited unlimited",
  "-v unlimited unlimited",
  "",
].join("\n");

/** The words with which a shell runs a script in another. */
function shellOf(text: string): string {
  return `/bin/bash -c '${text.replaceAll("'", "'\\''")}'`;
}

/** A caller that has changed all of it. */
function odd(command: string): string[] {
  // PR_SET_TIMERSLACK and PR_SET_THP_DISABLE; perl would leave what is not given to chance.
  const calls = ["29, 777_777, 0, 0, 0", "41, 1, 0, 0, 0"];
  const made = calls.map((call) => `syscall(157, ${call}) == 0 or die`);
  const prctl = [...made, "exec @ARGV"].join("; ");
  const wrapped = `setarch -R chrt --batch 0 nice -n 7 ionice -c 3 taskset -c 0 ${command}`;
  return [
    "/bin/bash",
    "-c",
    [
      // Below what it was takes CAP_SYS_RESOURCE.
      "{ echo -1000 >/proc/self/oom_score_adj || echo 500 >/proc/self/oom_score_adj; } 2>/dev/null",
      "umask 077",
      "ulimit -S -t 500 -f 20000 -d 9000000 -s 1024 -m 9000000 -v 9000000",
      `exec perl -e '${prctl}' ${wrapped}`,
    ].join("\n"),
  ];
}

describe.skipIf(!isSandboxed)("What bpm's caller has set for itself", () => {
  test("is odd indeed where a test says so", async () => {
    const { stdout } = await run(odd(shellOf(standing)));
    const [unexpected, ...lines] = [stdout.split("\n"), expected.split("\n")] as const;
    const same = unexpected.filter((line) => line !== "" && lines.flat().includes(line));
    // On a machine with one processor nobody can be kept from others.
    expect(same.filter((line) => !line.startsWith("processors"))).toEqual([]);
  });

  test("does not reach a job that is run", async () => {
    await using root = new BoshRoot();
    root.job("web", script(standing, { executable: "/bin/bash" }));
    const { stdout, stderr } = await run(odd(`${root.bpmProgram} run web`), {
      env: root.environment(),
    });
    expect({ stdout, stderr }).toEqual({ stdout: expected, stderr: "" });
  });

  test("does not reach a job that is started, nor a command that is executed in it", async () => {
    await using root = new BoshRoot();
    const stay = `${standing}\necho ready\nexec sleep 1000`;
    root.job("web", script(stay, { executable: "/bin/bash" }));
    const options = { env: root.environment() };
    const started = await run(odd(`${root.bpmProgram} start web`), options);
    expect(started).toEqual({ code: 0, stdout: "", stderr: "" });
    await root.printed("web", "ready");
    expect(root.stdout("web")).toBe(`${expected}ready\n`);
    const command = `${root.bpmProgram} exec web -- ${shellOf(standing)}`;
    expect((await run(odd(command), options)).stdout).toBe(expected);
  });

  test("does not reach a pre_start hook", async () => {
    await using root = new BoshRoot();
    const hook = "/var/vcap/jobs/web/bin/hook";
    root.job("web", script("exec sleep 1000", { hooks: { pre_start: root.at(hook) } }), {
      "bin/hook": `#!/bin/bash\n${standing}\n`,
    });
    const options = { env: root.environment() };
    expect((await run(odd(`${root.bpmProgram} start web`), options)).stderr).toBe("");
    expect(root.stdout("web")).toBe(expected);
  });

  test("does not let a job be less than others to the kernel when memory runs out", async () => {
    await using root = new BoshRoot();
    const lower = "echo -1 >/proc/self/oom_score_adj; cat /proc/self/oom_score_adj";
    root.job("web", script(lower));
    const { stdout } = await run(odd(`${root.bpmProgram} run web`), { env: root.environment() });
    expect(stdout).toBe("0\n");
  });
});

describe.skipIf(!isSandboxed)("A caller that ignores or blocks signals", () => {
  const callers = {
    "ignores SIGCHLD": ["/bin/bash", "-c", "trap '' CHLD; exec \"$@\"", "bash"],
    "ignores every signal": ["perl", "-e", "$SIG{$_} = 'IGNORE' for keys %SIG; exec @ARGV"],
    "blocks every signal": [
      "perl",
      "-e",
      "use POSIX; my $s = POSIX::SigSet->new; $s->fillset; sigprocmask(SIG_BLOCK, $s); exec @ARGV",
    ],
  } as const;
  const commands = ["start web", "run web", "doctor", "list", "stop web"];
  const rows = Object.entries(callers).flatMap(([what, caller]) =>
    commands.map((command) => [what, command, caller] as const),
  );
  test.each(rows)("that %s: bpm %s works", async (_, command, caller) => {
    await using root = new BoshRoot();
    const hook = root.at("/var/vcap/jobs/web/bin/hook");
    root.job("web", script("sleep 0.1; echo done", { hooks: { pre_start: hook } }), {
      "bin/hook": "#!/bin/sh\n/bin/true | /bin/cat\n",
    });
    const words = command.split(" ");
    const options = { env: root.environment() };
    const { code, stderr } = await run([...caller, root.bpmProgram, ...words], options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe.skipIf(!isSandboxed)("A caller that has limited memory", () => {
  const withoutRight = ["setpriv", "--bounding-set", "-sys_resource", "/bin/bash", "-c"];
  const limits = ["-v 2000000", "-d 200000", "-s 64", "-f 1"];
  const soft = [...limits, limits.join(" ")].map((limit) => `-S ${limit}`);
  test.each([...soft, ...(canRaise ? limits : [])])(
    "with ulimit %s does not keep bpm from its work",
    async (limit) => {
      await using root = new BoshRoot();
      root.job("web", script("ulimit -v; echo ready; exec sleep 1000"));
      for (const line of ["start web", "exec web true", "list", "stop web", "doctor"]) {
        const command = `ulimit ${limit}; exec ${root.bpmProgram} ${line}`;
        const found = await run(["/bin/bash", "-c", command], { env: root.environment() });
        expect({ line, ...found, stdout: "" }).toEqual({ line, code: 0, stdout: "", stderr: "" });
      }
      expect(root.stdout("web")).toBe("unlimited\nready\n");
    },
  );

  test("and lets nobody raise that is told so", async () => {
    await using root = new BoshRoot();
    root.job("web", script("exec sleep 1000"));
    const command = `ulimit -v 2000000; exec ${root.bpmProgram} start web`;
    const { code, stderr } = await run([...withoutRight, command], { env: root.environment() });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: load .*: no executable memory is to be had\n[^\n]*ulimit -v/);
    expect(stderr).toContain("2048000000 bytes");
  });

  test.each(["-d 200000", "-v 200000"])("to less than it takes (%s) is told", async (limit) => {
    await using root = new BoshRoot();
    const command = `ulimit ${limit}; exec ${root.bpmProgram} list`;
    const options = { env: root.environment() };
    const { code, stdout, stderr } = await run([...withoutRight, command], options);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Error: start the engine: [^\n]*\(ENOMEM\)\n[^\n]*ulimit -d[^\n]*\n$/);
  });

  // prctl(PR_SET_MDWE), what systemd's MemoryDenyWriteExecute= is since Linux 6.3.
  const deny = ["perl", "-e", "syscall(157, 65, 1, 0, 0, 0) == 0 or exit 77; exec @ARGV"];
  const canDeny = Bun.spawnSync([...deny, "/bin/true"]).exitCode === 0;
  test.skipIf(!canDeny)("to be not executable is told, in bpm.log and by doctor too", async () => {
    await using root = new BoshRoot();
    root.job("web", script("exec sleep 1000"));
    const options = { env: root.environment() };
    const { code, stderr } = await run([...deny, root.bpmProgram, "start", "web"], options);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: load .*: no executable memory.*\n.*MemoryDenyWriteExecute=/);
    expect(root.bpmLog("web")[0]?.data["hint"]).toContain("MemoryDenyWriteExecute=");
    const doctor = await run([...deny, root.bpmProgram, "doctor"], options);
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toContain("MemoryDenyWriteExecute=");
  });
});

describe.skipIf(!isSandboxed)("The engine's memory", () => {
  /** What the calls of one name say about memory: its size in bytes, by the advice. */
  const sizes = (texts: readonly string[], advice: string) =>
    texts.flatMap((text) => {
      const size = new RegExp(`^madvise\\(\\w+, (\\d+), ${advice}\\)\\s+= 0`).exec(text)?.[1];
      return size === undefined ? [] : [Number(size)];
    });

  test.each(["start web", "run web"])("is not copied by bpm %s", async (line) => {
    await using root = new BoshRoot();
    root.job("web", script("exit 0"));
    const calls = await record(root, line.split(" "), ["madvise", "clone3"]);
    const own = calls.filter(({ pid }) => pid === calls[0]?.pid).map(({ text }) => text);
    const clone = own.findIndex((text) => text.includes("CLONE_NEWNS"));
    // The engine may start programs of its own afterwards, and keeps back some memory itself.
    const given = sizes(own.slice(clone), "MADV_DOFORK");
    expect(given.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(2 ** 30);
    expect(sizes(own.slice(0, clone), "MADV_DONTFORK").slice(-given.length)).toEqual(given);
  });
});
