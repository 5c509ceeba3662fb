/** A hostile job, and a command that is about to be executed in the middle of it. */

import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { BoshRoot } from "../support/bosh-root.ts";
import { plainEnvironment } from "../support/command.ts";
import { probeSleeping, script } from "../support/inside.ts";
import { allPids, namespaceOf, readStat } from "../support/process.ts";
import { isSandboxed } from "../support/product.ts";
import { Terminal } from "../support/terminal.ts";
import { eventually } from "../support/wait.ts";

const secret = "caller-secret";

/** What another process of the job gets of one that it has no business with. */
const spy = `
  for pid in /proc/[0-9]*; do
    [ "$(cat $pid/comm)" = bpm-enter ] || continue
    echo found
    for file in environ maps mem auxv; do head -c 1 $pid/$file 2>/dev/null && echo read $file; done
    for link in exe cwd root fd/0 fd/1 fd/2 fd/3; do readlink $pid/$link && echo link $link; done
    ls $pid/fd 2>/dev/null
  done
  true`;

/** bpm at the command line, with the command held up for a while as it would be executed. */
function heldUp(root: BoshRoot, words: readonly string[]) {
  const strace = [
    "strace",
    "-f",
    "-qq",
    "--trace=execve",
    "--inject=execve:delay_enter=4000000:when=1",
    "-o",
    "/dev/null",
  ];
  return Bun.spawn([...strace, root.bpmProgram, ...words], {
    env: { ...plainEnvironment, ...root.environment(), SECRET: secret },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

describe.skipIf(!isSandboxed)("What a privileged job put in the place of ptmx", () => {
  test.each([
    ["a file", "touch /dev/pts/ptmx", "ENOTTY"],
    ["a FIFO", "mkfifo /dev/pts/ptmx", "ENOTTY"],
    ["a link to another device", "ln -s /dev/ptmx /dev/pts/ptmx", "ELOOP"],
    ["nothing", "true", "ENOENT"],
  ])("is not used: %s", async (_, command, errno) => {
    await using root = new BoshRoot();
    const text = `umount /dev/pts; ${command}; echo ready; sleep 1000`;
    root.job("web", script(text, { unsafe: { privileged: true } }));
    await root.start("web");
    await root.printed("web", "ready");
    await using terminal = new Terminal([root.bpmProgram, "exec", "-t", "web", "--", "true"], {
      env: { ...plainEnvironment, ...root.environment() },
    });
    expect(await terminal.process.exited).toBe(1);
    await eventually("the message", () =>
      terminal.shown.includes(`Error: could not open /dev/pts/ptmx: ${errno}\r\n`),
    );
  });
});

describe.skipIf(!isSandboxed)("A command that is about to be executed inside", () => {
  test.each([
    ["unprivileged", {}],
    ["with the host's processes", { unsafe: { host_pid_namespace: true } }],
  ])("shows nothing of bpm to the job: %s", async (_, spec) => {
    await using root = new BoshRoot();
    root.job("web", { ...probeSleeping, ...spec });
    const init = await root.start("web");
    const bpm = heldUp(root, ["exec", "web", "--", "/bin/sleep", "0"]);
    const own = namespaceOf(init, "mnt");
    const pid = await eventually("the command", () =>
      allPids().find(
        (candidate) =>
          readStat(candidate)?.comm === "bpm-enter" &&
          namespaceOf(candidate, "mnt") === own &&
          readdirSync(`/proc/${candidate}/fd`).length === 4,
      ),
    );
    // From outside: what it is, and all that it has.
    expect(readlinkSync(`/proc/${pid}/exe`)).toBe("/memfd:bpm-enter (deleted)");
    expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain(secret);
    const directory = `/proc/${pid}/fd`;
    const targets = readdirSync(directory).map((fd) => readlinkSync(`${directory}/${fd}`));
    expect(targets.map((target) => target.replace(/\d+/, "N"))).toEqual([
      "pipe:[N]",
      "pipe:[N]",
      "pipe:[N]",
      "pipe:[N]",
    ]);
    // From inside: that it is there.
    const seen = await root.mustBpm(["exec", "web", "--", "/bin/sh", "-c", spy]);
    expect(new Set(seen.stdout.split("\n"))).toEqual(new Set(["found", ""]));
    await bpm.exited;
  });
});
