import { describe, expect, test } from "bun:test";
import { readFileSync, readlinkSync } from "node:fs";
import { BoshRoot } from "../../support/bosh-root.ts";
import { leftovers, nothing, sandboxedProcesses } from "../../support/clean-up.ts";
import { probeSleeping, script } from "../../support/inside.ts";
import {
  argumentsOf,
  childrenOf,
  descendantsOf,
  isAlive,
  readProcessFile,
  readStat,
  statusField,
} from "../../support/process.ts";
import { isSandboxed } from "../../support/product.ts";
import { eventually } from "../../support/wait.ts";

/** Every signal that can be caught, by number, without CHLD, which the init gets for its own. */
const catchable = Array.from({ length: 64 }, (_, index) => index + 1).filter(
  (number) => ![9, 17, 19, 32, 33].includes(number),
);

describe.skipIf(!isSandboxed)("The init", () => {
  test("has the job's program as its child, under its own name, leading a group", async () => {
    await using root = new BoshRoot();
    root.job("web", { executable: "/bin/sleep", args: ["1000"] });
    const pid = await root.start("web");
    const [child = 0, ...others] = childrenOf(pid);
    expect(others).toEqual([]);
    expect(readStat(child)).toMatchObject({
      comm: "sleep",
      parent: pid,
      group: child,
      session: pid,
    });
    expect(argumentsOf(child)).toEqual(["/bin/sleep", "1000"]);
  });

  test("shows nothing of the job in its own command line or name", async () => {
    await using root = new BoshRoot();
    root.job("haproxy", { executable: "/bin/sleep", args: ["1000"], env: { SECRET: "s3cret" } });
    const pid = await root.start("haproxy");
    const seen = [
      argumentsOf(pid).join(" "),
      readStat(pid)?.comm ?? "",
      readProcessFile(pid, "environ"),
    ];
    expect(seen[0]).not.toBe("");
    for (const text of seen) expect(text).not.toMatch(/haproxy|sleep|1000|s3cret|SECRET/);
  });

  test("runs from a sealed memory file, so that nobody inside can overwrite it", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    expect(readlinkSync(`/proc/${pid}/exe`)).toStartWith("/memfd:");
    const maps = readProcessFile(pid, "maps") ?? "";
    expect(maps).not.toMatch(/libbpm|\/bpm$|libc/m);
  });

  test("keeps no descriptor of the host's but the records that it writes", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    const links = Bun.spawnSync([
      "find",
      `/proc/${pid}/fd`,
      "-type",
      "l",
      "-printf",
      "%l\n",
    ]).stdout;
    const allowed = [
      /^\/dev\/null$/,
      /\/web\.std(out|err)\.log$/,
      /\/exit\.json$/,
      /\/pidfile$/,
      /\/memory\.(oom_control|events)$/,
      /^anon_inode:/,
      /^pipe:/,
    ];
    const strange = links
      .toString()
      .trim()
      .split("\n")
      .filter((link) => !allowed.some((pattern) => pattern.test(link)));
    expect(strange).toEqual([]);
  });

  test("is small", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const status = readFileSync(`/proc/${await root.start("web")}/status`, "utf8");
    expect(Number.parseInt(statusField(status, "VmRSS"), 10)).toBeLessThan(2048);
    expect(statusField(status, "Threads")).toBe("1");
  });

  test("cannot be traced or looked into by the job's user", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    const asVcap = ["setpriv", "--reuid=2000", "--regid=3000", "--clear-groups"];
    const looks = [
      "cat PROC/mem",
      "cat PROC/environ",
      "cat PROC/maps",
      "ls PROC/fd",
      "ls PROC/root/",
    ];
    const outcomes = looks.map((look) => {
      const command = look.replace("PROC", `/proc/${pid}`).split(" ");
      return [look, Bun.spawnSync([...asVcap, ...command]).success];
    });
    expect(outcomes).toEqual(looks.map((look) => [look, false]));
  });

  test("forwards every signal that can be caught", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["signals", "9"] });
    const pid = await root.start("web");
    await root.printed("web", "ready");
    for (const signal of catchable) {
      process.kill(pid, signal);
      await root.printed("web", `signal ${signal}\n`);
    }
    const expected = catchable.map((signal) => `signal ${signal}\n`).join("");
    expect(root.stdout("web")).toBe(`ready\n${expected}`);
    expect(isAlive(pid)).toBe(true);
  });

  test("loses none of many signals sent at once", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["signals"] });
    const pid = await root.start("web");
    await root.printed("web", "ready");
    const wanted = catchable.filter((signal) => signal !== 15 && signal !== 18);
    for (const signal of wanted) process.kill(pid, signal);
    for (const signal of wanted) await root.printed("web", `signal ${signal}\n`);
  });

  test("lets its child stop and go on, as scripts do", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    const pid = await root.start("web");
    const [child = 0] = childrenOf(pid);
    process.kill(child, "SIGSTOP");
    await eventually("its stop", () => readStat(child)?.state === "T");
    expect((await root.bpm(["pid", "web"])).stdout).toBe(`${pid}\n`);
    process.kill(pid, "SIGCONT");
    await eventually("its continuation", () => readStat(child)?.state === "S");
  });

  test("reaps what others leave", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["zombies", "50"] });
    const pid = await root.start("web");
    await root.printed("web", "ready");
    await eventually("an only child", () => childrenOf(pid).length === 1);
    expect(childrenOf(pid).map((child) => readStat(child)?.state)).toEqual(["S"]);
  });

  test("keeps all processes of the job below itself, as monit's totalmem needs", async () => {
    await using root = new BoshRoot();
    const daemonize = "(setsid sleep 1000 &) ; sleep 0.05; echo on; sleep 1000";
    root.job("web", script(daemonize));
    const pid = await root.start("web");
    await root.printed("web", "on");
    expect(descendantsOf(pid).sort()).toEqual(
      sandboxedProcesses(root)
        .filter((member) => member !== pid)
        .sort(),
    );
    expect(descendantsOf(pid)).toHaveLength(3);
  });

  test("ends when the job's program does, with everything that it left", async () => {
    await using root = new BoshRoot();
    root.job("web", script("setsid sleep 1000 & exit 0"));
    const pid = await root.start("web");
    await eventually("the init's end", () => !isAlive(pid));
    expect(leftovers(root).processes).toEqual([]);
    expect((await root.bpm(["list"])).stdout).toMatch(/web +- +failed/);
  });

  test("leaves no pidfile behind that names somebody else", async () => {
    await using root = new BoshRoot();
    root.job("web", { args: ["exit", "0"] });
    await root.mustBpm(["start", "web"]);
    await eventually("an empty or missing pidfile", () => {
      return !root.exists("sys/run/bpm/web/web.pid") || root.read("sys/run/bpm/web/web.pid") === "";
    });
  });

  test("lets a job bring an init of its own", async () => {
    await using root = new BoshRoot();
    const nested =
      "trap 'kill $child; wait $child; echo nested done; exit 0' TERM; " +
      "sh -c 'trap \"echo inner; exit 0\" TERM; echo ready; sleep 1000 & wait' & child=$!; wait";
    root.job("web", script(nested));
    await root.start("web");
    await root.printed("web", "ready");
    await root.stop("web");
    expect(root.stdout("web")).toBe("ready\ninner\nnested done\n");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("can be used as reload scripts use it: a signal to the child's whole group", async () => {
    await using root = new BoshRoot();
    const pair =
      "trap 'echo parent' USR2; (trap 'echo child' USR2; echo ready; " +
      "while :; do sleep 0.1; done) & " +
      "while :; do wait; done";
    root.job("web", script(pair));
    const pid = await root.start("web");
    await root.printed("web", "ready");
    const [leader = 0] = childrenOf(pid);
    process.kill(-leader, "SIGUSR2");
    await root.printed("web", "parent");
    await root.printed("web", "child");
    expect(isAlive(pid)).toBe(true);
  });
});
