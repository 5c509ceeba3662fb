/**
 * Each step of entering a sandbox, made to fail: the command is not executed, what is told names
 * the step and the errno, and the process inside goes on.
 */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { BoshRoot } from "../support/bosh-root.ts";
import { probeSleeping } from "../support/inside.ts";
import { mountsOf } from "../support/mounts.ts";
import { isAlive } from "../support/process.ts";
import { isSandboxed } from "../support/product.ts";
import type { Caller, TracedCall } from "../support/strace.ts";
import { find, inject, injecting, record } from "../support/strace.ts";

interface Step {
  readonly caller: Caller;
  readonly call: string;
  readonly like?: RegExp;
  /** Which of the calls that fit: the first unless given, -1 for the last. */
  readonly occurrence?: number;
  /** What the message has before errno's name. */
  readonly says: string;
  /** Of cgroups of version 1. */
  readonly v1?: true;
}

const outside: Step[] = [
  { caller: "bpm", call: "openat", like: /entry\.json/, says: "entry.json" },
  { caller: "bpm", call: "memfd_create", says: "memfd_create bpm-document" },
  { caller: "bpm", call: "execveat", says: "exec program enter" },
  { caller: "bpm", call: "pidfd_open", says: "open process" },
  { caller: "bpm", call: "openat", like: /self\/ns\/mnt/, says: "open /proc/self/ns/mnt" },
  { caller: "bpm", call: "openat", like: /pids\/bpm-.*tasks/, says: "open cgroup", v1: true },
  { caller: "bpm", call: "setns", says: "enter web" },
];

const inside: Step[] = [
  { caller: "command", call: "dup3", says: "dup" },
  { caller: "command", call: "close_range", says: "close_range" },
  { caller: "command", call: "setsid", says: "setsid" },
  { caller: "command", call: "keyctl", says: "join session keyring" },
  { caller: "command", call: "prlimit64", like: /NOFILE/, says: "setrlimit nofile" },
  { caller: "command", call: "prctl", like: /PR_CAPBSET_DROP/, says: "drop bounding set" },
  { caller: "command", call: "prctl", like: /PR_SET_KEEPCAPS, 1/, says: "keep capabilities" },
  { caller: "command", call: "setgroups", says: "setgroups" },
  { caller: "command", call: "setresgid", says: "setresgid" },
  { caller: "command", call: "setresuid", says: "setresuid" },
  { caller: "command", call: "capset", says: "set capabilities" },
  { caller: "command", call: "prctl", like: /PR_CAP_AMBIENT/, says: "raise ambient set" },
  { caller: "command", call: "prctl", like: /PR_SET_NO_NEW_PRIVS/, says: "set no_new_privs" },
  { caller: "command", call: "seccomp", says: "seccomp" },
  { caller: "command", call: "execve", like: /echo/, says: "exec /bin/echo" },
];

const isV1 = mountsOf("self").some(({ superOptions }) => superOptions.includes("pids"));
const possible = [...outside, ...inside].filter(({ v1 }) => v1 === undefined || isV1);
const command = ["exec", "web", "--", "/bin/echo", "executed"];

describe.skipIf(!isSandboxed)("A step of entering that fails", () => {
  let root: BoshRoot;
  let calls: TracedCall[];
  let init: number;

  beforeAll(async () => {
    root = new BoshRoot();
    root.job("web", probeSleeping);
    init = await root.start("web");
    calls = await record(root, command, [...new Set(possible.map(({ call }) => call))]);
  });

  afterAll(async () => {
    await root[Symbol.asyncDispose]();
  });

  const rows = possible.map((step) => [`${step.call}: ${step.says}`, step] as const);
  test.each(rows)(
    "%s",
    async (_, { caller, call, like, occurrence, says }) => {
      const target = find(calls, { caller, name: call, like, occurrence, shared: true });
      const { code, stdout, stderr } = await inject(root, command, target, "error=EIO");
      expect(stdout).toBe("");
      expect(code).not.toBe(0);
      expect(stderr).toContain(says);
      expect(stderr).toContain("EIO");
      expect(isAlive(init)).toBe(true);
      expect(await root.mustBpm(command)).toEqual({ code: 0, stdout: "executed\n", stderr: "" });
    },
    injecting,
  );
});
