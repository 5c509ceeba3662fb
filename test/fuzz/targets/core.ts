/**
 * Requests to the library: refused or carried out, and answered in any case. They are made by a
 * process without privileges in a PID namespace of its own, since some would be carried out.
 */

import { join } from "node:path";
import { projectDirectory } from "../../support/product.ts";
import { mutateJson, spoil } from "../generate.ts";
import type { Target } from "../target.ts";

const nowhere = "/tmp/bpm-fuzz-nowhere";
const leaf = { version: 2, directory: nowhere, unit: null };
const requests: Readonly<Record<string, unknown>> = {
  bpm_prepare: {
    steps: [
      { kind: "directory", path: `${nowhere}/../a`, mode: 0o755, uid: 65534, gid: 65534 },
      { kind: "file", path: `${nowhere}/b`, mode: 0o600, uid: 65534, gid: 65534 },
      { kind: "volume", path: `${nowhere}/c`, uid: 65534, gid: 65534 },
      { kind: "shared", path: nowhere },
      { kind: "mount", path: nowhere, type: "tmpfs", options: [{ key: "mode", value: "755" }] },
    ],
  },
  bpm_hook: { executable: "/bin/true", env: ["A=1"], stdout: 1, stderr: 2 },
  bpm_signal: { pid: 4711, start_time: "1", signal: 0, wait_ms: 0 },
  bpm_destroy: { cgroups: [leaf] },
  bpm_launch: {
    plan: {
      ...{ id: "bpm-web", executable: "/bin/true", argv: ["/bin/true"], env: ["A=1"] },
      ...{ workdir: "/", uid: 65534, gid: 65534, host_pid_namespace: false },
      root_read_only: true,
      mounts: [
        {
          ...{ type: "bind", source: "/bin", target: "/bin", recursive: false, read_only: true },
          ...{ no_exec: false, no_suid: true, no_dev: true, propagation: "slave", options: [] },
        },
      ],
      devices: [{ path: "/dev/null", major: 1, minor: 3, mode: 0o666 }],
      symlinks: [{ path: "/dev/fd", target: "/proc/self/fd" }],
      ...{ masked_paths: ["/proc/kcore"], readonly_paths: ["/proc/sys"], capabilities: [10] },
      ...{ no_new_privileges: true, seccomp: true },
      rlimits: [{ resource: "nofile", soft: "1024", hard: "unlimited" }],
      cgroups: [
        {
          ...{ version: 2, directory: nowhere, scope: null, refuge: null, settings: [] },
          devices: [
            {
              ...{ kind: "character", major: 1, minor: 3, read: true, write: true, make: true },
            },
          ],
        },
      ],
    },
    ...{ stdout: -1, stderr: -1, exit_record: -1, pidfile: -1, die_with_parent: true },
  },
};
const operations = Object.keys(requests) as [string, ...string[]];
const words = ["null", "{}", "[]", '"', "0", "-1", "\\u0000", "\\ud800", ":", ",", "1e9"] as const;

export const core: Target = {
  name: "core",
  generate: (dice) => {
    const operation = dice.pick(operations);
    const text = JSON.stringify(mutateJson(dice, requests[operation])) ?? "";
    return `${operation} ${dice.roll(3) === 0 ? spoil(dice, text, words) : text}`;
  },
  check: async (input) => {
    if (process.getuid?.() !== 0) return;
    helper ??= startHelper();
    const answer = await helper.ask(input);
    if (answer === undefined) helper = undefined;
    if (answer !== "answered") throw new Error(answer ?? "the library has ended the process");
  },
};

interface Helper {
  /** Undefined when the helper has ended instead of answering. */
  ask(input: string): Promise<string | undefined>;
}

let helper: Helper | undefined;

function startHelper(): Helper {
  const script = join(import.meta.dir, "core-helper.ts");
  const library = join(projectDirectory, "dist/libbpm.so");
  const argv = [
    ...["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"],
    ...["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"],
    ...["--bounding-set=-all", "--inh-caps=-all", process.execPath, script, library],
  ];
  const child = Bun.spawn(argv, { stdio: ["pipe", "pipe", "ignore"], cwd: "/" });
  process.on("exit", () => child.kill("SIGKILL"));
  child.unref();
  const reader = child.stdout.getReader();
  return {
    ask: async (input) => {
      child.stdin.write(`${Buffer.from(input).toString("base64")}\n`);
      child.stdin.flush();
      const { value } = await reader.read();
      return value === undefined ? undefined : new TextDecoder().decode(value).trim();
    },
  };
}
