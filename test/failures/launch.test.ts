/**
 * Each step of a launch, made to fail: the message names the step, the path where there is one, and
 * the errno, nothing is left, and the next start works.
 */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { BoshRoot } from "../support/bosh-root.ts";
import { leftovers, nothing } from "../support/clean-up.ts";
import { mountsOf } from "../support/mounts.ts";
import { isSandboxed } from "../support/product.ts";
import type { Caller, TracedCall } from "../support/strace.ts";
import { find, inject, injecting, record } from "../support/strace.ts";

interface Step {
  readonly what: string;
  readonly call: string;
  readonly like?: RegExp;
  /** Which of the calls that fit: the first unless given, -1 for the last. */
  readonly occurrence?: number;
  readonly error?: string;
  /** Whether the JavaScript engine makes the same call and does without. */
  readonly shared?: boolean;
  /** What the message must have besides errno's name. */
  readonly says: RegExp;
}

const hostSteps: Step[] = [
  { what: "read bpm.yml", call: "openat", like: /config\/bpm\.yml/, says: /config\/bpm\.yml/ },
  { what: "make the lock directory", call: "mkdirat", like: /"locks"/, says: /data\/bpm\/locks/ },
  { what: "open the lock", call: "openat", like: /job-bpm-web/, says: /job-bpm-web/ },
  { what: "take the lock", call: "flock", says: /lock.*job-bpm-web/ },
  { what: "open bpm.log", call: "openat", like: /"bpm\.log"/, says: /\/bpm\.log/ },
  { what: "read the accounts", call: "openat", like: /"\/etc\/passwd"/, says: /\/etc\/passwd/ },
  { what: "read mountinfo", call: "openat", like: /\/proc\/self\/mountinfo/, says: /mountinfo/ },
  { what: "make the log directory's owner vcap", call: "fchownat", says: /sys\/log\/web/ },
  {
    what: "open a log",
    call: "openat",
    like: /"web\d+\.stdout\.log"/,
    says: /web\d+\.stdout\.log/,
  },
  {
    what: "make the temporary directory",
    call: "mkdirat",
    like: /"tmp"/,
    says: /data\/web\d+\/tmp/,
  },
  { what: "make a volume", call: "mkdirat", like: /"vol"/, says: /data\/vol/ },
  { what: "clone a volume's mount", call: "open_tree", says: /data\/vol/ },
  { what: "make a volume a mount point", call: "move_mount", says: /data\/vol/ },
  { what: "share a volume", call: "mount_setattr", like: /MS_SHARED/, says: /data\/vol/ },
  { what: "make the state directory", call: "mkdirat", like: /"bpm-web\d+"/, says: /bpm-state/ },
  { what: "write the state", call: "write", like: /"creating/, error: "ENOSPC", says: /state/ },
  { what: "put the state in place", call: "renameat", like: /state\.json/, says: /state\.json/ },
  {
    what: "create the pidfile",
    call: "openat",
    like: /"pidfile"/,
    error: "ENOSPC",
    says: /pidfile/,
  },
  { what: "note down how to enter", call: "openat", like: /entry\.json/, says: /entry\.json/ },
  { what: "open the exit record", call: "openat", like: /exit\.json/, says: /exit\.json/ },
  { what: "clone a system mount", call: "open_tree", occurrence: 1, says: /\/bin/ },
  {
    what: "make a mount read-only",
    call: "mount_setattr",
    like: /MOUNT_ATTR_RDONLY\|/,
    says: /\/bin/,
  },
  { what: "clone the last mount", call: "open_tree", occurrence: -1, says: /\/var\/vcap|\/tmp/ },
  { what: "make a file of the init", call: "memfd_create", says: /bpm-init/ },
  { what: "make a cgroup", call: "mkdirat", like: /cgroup\/pids/, says: /cgroup\/pids\/bpm-web/ },
  { what: "open a limit", call: "openat", like: /pids\.max/, says: /pids\.max/ },
  { what: "write a limit", call: "write", like: /"67108864"/, error: "EBUSY", says: /memory\./ },
  {
    what: "open a cgroup to join",
    call: "openat",
    like: /pids\/bpm-.*\/(cgroup\.procs|tasks)/,
    says: /pids\/bpm-/,
  },
  { what: "clone", call: "clone3", like: /CLONE_NEWNS/, says: /clone/ },
  {
    what: "create the state of what runs",
    call: "openat",
    like: /state\.json\.new/,
    occurrence: 1,
    error: "ENOSPC",
    says: /state\.json/,
  },
  {
    what: "put the state of what runs in place",
    call: "renameat",
    like: /state\.json/,
    occurrence: 1,
    says: /state\.json/,
  },
  { what: "put the pidfile in place", call: "renameat", like: /web\d+\.pid/, says: /web\d+\.pid/ },
];

const childSteps: Step[] = [
  { what: "lead a session", call: "setsid", says: /setsid/ },
  { what: "join a new keyring", call: "keyctl", says: /keyring/ },
  { what: "make its mounts private", call: "mount", like: /MS_PRIVATE/, says: /private/ },
  { what: "open the root's file system", call: "fsopen", says: /fsopen \// },
  { what: "set an option of it", call: "fsconfig", says: /fsconfig \// },
  { what: "create it", call: "fsconfig", like: /CMD_CREATE/, says: /fsconfig \// },
  { what: "mount it", call: "fsmount", says: /fsmount \// },
  { what: "open the last file system", call: "fsopen", occurrence: -1, says: /fsopen \/\w/ },
  { what: "mount the last file system", call: "fsmount", occurrence: -1, says: /fsmount \/\w/ },
  { what: "enter the new root", call: "pivot_root", says: /pivot_root/ },
  { what: "detach the old root", call: "umount2", says: /detach the old root/ },
  { what: "make a device", call: "mknodat", says: /\/dev\/null/ },
  { what: "make the last device", call: "mknodat", occurrence: -1, says: /\/dev\/\w+/ },
  { what: "make a link", call: "symlinkat", says: /\/dev\/fd/ },
  { what: "set a limit", call: "prlimit64", like: /RLIMIT_NOFILE/, shared: true, says: /nofile/i },
  { what: "close descriptors", call: "close_range", shared: true, says: /close_range/ },
  {
    what: "drop from the bounding set",
    call: "prctl",
    like: /CAPBSET_DROP/,
    says: /bounding|capabilit/,
  },
  {
    what: "drop the last from the bounding set",
    call: "prctl",
    like: /CAPBSET_DROP/,
    occurrence: -1,
    says: /bounding|capabilit/,
  },
  { what: "keep capabilities", call: "prctl", like: /KEEPCAPS, 1/, says: /capabilit|KEEPCAPS/i },
  { what: "drop groups", call: "setgroups", says: /setgroups/ },
  { what: "change its group", call: "setresgid", says: /setresgid/ },
  { what: "change its user", call: "setresuid", says: /setresuid/ },
  { what: "set capabilities", call: "capset", says: /capabilities/ },
  {
    what: "clear ambient capabilities",
    call: "prctl",
    like: /AMBIENT_CLEAR/,
    says: /ambient|capabilit/,
  },
  {
    what: "raise an ambient capability",
    call: "prctl",
    like: /AMBIENT_RAISE/,
    says: /ambient|capabilit/,
  },
  { what: "give up new privileges", call: "prctl", like: /NO_NEW_PRIVS/, says: /no_new_privs/i },
  { what: "install the filter", call: "seccomp", says: /seccomp/ },
  { what: "execute the init", call: "execveat", says: /bpm-init/ },
];

const jobSteps: Step[] = [{ what: "lead a process group", call: "setpgid", says: /setpgid/ }];

/** Not the name of a job of other runs on this machine: its cgroups are told apart by it. */
const job = `web${process.pid}`;

const spec = {
  limits: { memory: "64M", processes: 20, open_files: 100 },
  capabilities: ["NET_BIND_SERVICE"],
  additional_volumes: [{ path: "/var/vcap/data/vol", shared: true }],
};

/** The job's cgroups that are there, in any hierarchy. */
function cgroups(): string[] {
  return mountsOf("self")
    .filter(({ type }) => type.startsWith("cgroup"))
    .flatMap(({ target }) => {
      const names = readdirSync(target, { recursive: true, encoding: "utf8" });
      const own = names.filter((name) => basename(name).startsWith(`bpm-${job}`));
      return own.map((name) => `${target}/${name}`);
    });
}

describe.skipIf(!isSandboxed)("When bpm start cannot", () => {
  let recorder: BoshRoot;
  let calls: TracedCall[] = [];

  beforeAll(async () => {
    recorder = new BoshRoot();
    recorder.job(job, { args: ["exit", "0"], ...spec });
    const names = [...hostSteps, ...childSteps, ...jobSteps].map(({ call }) => call);
    calls = await record(recorder, ["start", job], [...new Set(names)]);
    await recorder.stop(job);
  });
  afterAll(async () => recorder[Symbol.asyncDispose]());

  async function failAt(caller: Caller, step: Step): Promise<void> {
    await using root = new BoshRoot();
    root.job(job, { args: ["sleep"], ...spec });
    const { call, error = "EPERM", says } = step;
    const target = find(calls, { caller, name: call, ...step });
    const { code, stdout, stderr } = await inject(root, ["start", job], target, `error=${error}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Error: [^\n]+\n([^\n]+\n)?$/);
    expect(stderr).toMatch(says);
    expect(stderr).toContain(error);
    expect(leftovers(root)).toEqual(nothing);
    expect(cgroups()).toEqual([]);
    await root.start(job);
  }

  test.each(hostSteps.map((step) => [step.what, step] as const))(
    "%s, it says so",
    (_, step) => {
      return failAt("bpm", step);
    },
    injecting,
  );

  test.each(childSteps.map((step) => [step.what, step] as const))(
    "in the sandbox %s, it says so",
    (_, step) => {
      return failAt("child", step);
    },
    injecting,
  );

  test.each(jobSteps.map((step) => [step.what, step] as const))(
    "for the job %s, it says so",
    (_, step) => {
      return failAt("job", step);
    },
    injecting,
  );
});
