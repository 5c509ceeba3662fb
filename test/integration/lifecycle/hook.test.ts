import { describe, expect, test } from "bun:test";
import { BoshRoot } from "../../support/bosh-root.ts";
import { leftovers, nothing } from "../../support/clean-up.ts";
import { script } from "../../support/inside.ts";
import { isSandboxed } from "../../support/product.ts";

/** A job with a pre_start hook; `hook` is a shell script on the host. */
function jobWithHook(root: BoshRoot, hook: string, process: string): void {
  const hooks = { pre_start: root.write("data/hook", `#!/bin/sh\n${hook}\n`, 0o755) };
  root.job("web", script(process, { hooks, env: { COLOUR: "blue" } }));
}

describe.skipIf(!isSandboxed)("The pre_start hook", () => {
  test("runs before the process, on the host, as root, with its environment and logs", async () => {
    await using root = new BoshRoot();
    jobWithHook(
      root,
      `id -u; echo $COLOUR $HOME; test -e ${root.path}/jobs && echo host; echo e >&2`,
      "echo p",
    );
    await root.start("web");
    await root.printed("web", "p\n");
    expect(root.stdout("web")).toBe("0\nblue /var/vcap/data/web\nhost\np\n");
    expect(root.stderr("web")).toBe("e\n");
  });

  test("finds what a job needs: its directories exist", async () => {
    await using root = new BoshRoot();
    jobWithHook(root, `ls -d ${root.path}/data/web/tmp ${root.path}/sys/run/web`, "true");
    await root.start("web");
    expect(root.stdout("web")).toBe(`${root.path}/data/web/tmp\n${root.path}/sys/run/web\n`);
  });

  const failures = [
    ["exits with 3", "exit 3", "prestart hook failed: exit status 3"],
    ["is killed", "kill -9 $$", "prestart hook failed: signal 9"],
  ];
  test.each(failures)("keeps the process from starting when it %s", async (_, hook, message) => {
    await using root = new BoshRoot();
    jobWithHook(root, hook ?? "", "echo never");
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toStartWith(`Error: failed to start job-process: ${message}`);
    expect(root.stdout("web")).toBe("");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("makes run exit 1 when it fails", async () => {
    await using root = new BoshRoot();
    jobWithHook(root, "exit 3", "echo never");
    const { code, stdout, stderr } = await root.bpm(["run", "web"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("failed to run job-process: prestart hook failed: exit status 3");
    expect(leftovers(root)).toEqual(nothing);
  });

  test("that is missing is named", async () => {
    await using root = new BoshRoot();
    root.job("web", script("true", { hooks: { pre_start: "/no/such/hook" } }));
    const { code, stderr } = await root.bpm(["start", "web"]);
    expect(code).toBe(1);
    expect(stderr).toContain("/no/such/hook");
    expect(leftovers(root)).toEqual(nothing);
  });

  const empty = ["hooks: {}", "hooks:", "hooks: {pre_start: }", 'hooks: {pre_start: ""}'];
  test.each(empty)("is none: %s", async (line) => {
    await using root = new BoshRoot();
    root.job("web", `processes:\n- name: web\n  executable: /bin/true\n  ${line}\n`);
    expect((await root.bpm(["run", "web"])).code).toBe(0);
  });

  test("inherits no descriptor but its streams", async () => {
    await using root = new BoshRoot();
    jobWithHook(root, "ls -l /proc/$$/fd", "true");
    await root.start("web");
    const open = [...root.stdout("web").matchAll(/(\d+) -> (.*)/g)].map(([link]) => link);
    const logs = `${root.path}/data/sys/log/web/web`;
    // A shell keeps the script itself open, as 10 or 255.
    expect(open.filter((link) => !link.endsWith(`${root.path}/data/hook`))).toEqual([
      "0 -> /dev/null",
      `1 -> ${logs}.stdout.log`,
      `2 -> ${logs}.stderr.log`,
    ]);
  });
});
