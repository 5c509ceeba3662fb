/** What cannot be executed: the job's executable and its pre_start hook. */

import { describe, expect, test } from "bun:test";
import { chmodSync, closeSync, openSync, symlinkSync } from "node:fs";
import { BoshRoot, type ProcessSpec } from "../support/bosh-root.ts";
import { isSandboxed } from "../support/product.ts";
import { expectLogged, expectNoTraces, expectSentence, job, mountinfo } from "./traces.ts";

interface Unusable {
  readonly what: string;
  readonly executable: string;
  readonly errno: string;
  readonly spec?: ProcessSpec;
  /** What a shell would exit with; `bpm run` does the same. */
  readonly status: 126 | 127;
}

/** Below the job's directory: what the tests put there. */
const bin = `/var/vcap/jobs/${job}/bin`;
const config = `/var/vcap/jobs/${job}/config/bpm.yml`;
const longName = `/${"x".repeat(300)}`;
const longArgument = { args: ["x".repeat(200_000)] };

const unusable: Unusable[] = [
  { what: "is missing", executable: "/no/such/file", errno: "ENOENT", status: 127 },
  { what: "is below a file", executable: "/bin/true/program", errno: "ENOTDIR", status: 126 },
  { what: "is a directory", executable: "/var/vcap", errno: "EACCES", status: 126 },
  { what: "is not executable", executable: config, errno: "EACCES", status: 126 },
  { what: "has no interpreter", executable: `${bin}/orphan`, errno: "ENOENT", status: 127 },
  { what: "has an unusable interpreter", executable: `${bin}/plain`, errno: "EACCES", status: 126 },
  { what: "is a program that is cut off", executable: `${bin}/cut`, errno: "ENOEXEC", status: 126 },
  { what: "is no text", executable: `${bin}/binary`, errno: "ENOEXEC", status: 126 },
  {
    what: "names an interpreter that is cut off",
    executable: `${bin}/of-cut`,
    errno: "ENOEXEC",
    status: 126,
  },
  { what: "is a link to itself", executable: `${bin}/loop`, errno: "(ELOOP)", status: 126 },
  { what: "has too long a name", executable: longName, errno: "ENAMETOOLONG", status: 126 },
  { what: "is open for writing", executable: `${bin}/busy`, errno: "ETXTBSY", status: 126 },
  { what: "is in no directory of PATH", executable: "no-such-tool", errno: "ENOENT", status: 127 },
  {
    what: "gets a longer argument than the kernel takes",
    executable: "/bin/true",
    spec: longArgument,
    errno: "E2BIG",
    status: 126,
  },
];

const files = {
  "bin/orphan": "#!/no/such/interpreter\n",
  "bin/plain": "#!/etc/passwd\n",
  "bin/busy": "#!/bin/sh\n",
  // A shell would exit with 3 and leave nothing that says so.
  "bin/cut": "\u007fELF\u0002\u0001\u0001\nexit 3\n",
  "bin/binary": "\u0000\u0001\nexit 3\n",
  "bin/of-cut": `#!${bin}/cut\nexit 3\n`,
};

/** A root whose job has every kind of file that cannot be executed. */
function rootWith(spec: ProcessSpec): { root: BoshRoot; release: () => void } {
  const root = new BoshRoot();
  root.job(job, spec, files);
  symlinkSync("loop", root.at(`data/jobs/${job}/1/bin/loop`));
  const writer = openSync(root.at(`data/jobs/${job}/1/bin/busy`), "a");
  return { root, release: () => closeSync(writer) };
}

const rows = unusable.map((row) => [row.what, row] as const);

describe.skipIf(!isSandboxed)("An executable that", () => {
  test.each(rows)("%s makes start fail and leaves nothing", async (_, row) => {
    const { executable, errno, spec } = row;
    const { root, release } = rootWith({ executable, ...spec });
    await using _root = root;
    const mounts = mountinfo();
    const result = await root.bpm(["start", job]);
    release();
    expect(result.code).toBe(1);
    expectSentence(result, "failed to start job-process: exec", executable, errno);
    expectLogged(root, "bpm.start.failed-to-start", result);
    expectNoTraces(root, mounts);
  });

  test.each(rows)("%s makes run exit as a shell does and leaves nothing", async (_, row) => {
    const { root, release } = rootWith({ executable: row.executable, ...row.spec });
    await using _root = root;
    const mounts = mountinfo();
    const result = await root.bpm(["run", job]);
    release();
    expect(result.code).toBe(row.status);
    const exit = `(exit status ${row.status})`;
    expectSentence(result, "failed to run job-process: exec", row.executable, row.errno, exit);
    expectLogged(root, "bpm.run.failed-to-run", result);
    expectNoTraces(root, mounts);
  });

  test("was put right can be started at once", async () => {
    await using root = new BoshRoot();
    const serve = "#!/bin/sh\nexec sleep 1000\n";
    root.job(job, { executable: `${bin}/serve` }, { "bin/serve": serve });
    chmodSync(root.at(`data/jobs/${job}/1/bin/serve`), 0o644);
    expect((await root.bpm(["start", job])).code).toBe(1);
    chmodSync(root.at(`data/jobs/${job}/1/bin/serve`), 0o755);
    await root.start(job);
    expect((await root.bpm(["list"])).stdout).toMatch(new RegExp(`^${job} +\\d+ +running$`, "m"));
  });
});

const hooks: (readonly [what: string, path: string, ...says: string[]])[] = [
  ["is missing", "/no/such/hook", "exec pre_start hook /no/such/hook", "ENOENT"],
  ["is a directory", "/var", "exec pre_start hook /var", "EACCES"],
  ["is not executable", "/etc/passwd", "exec pre_start hook /etc/passwd", "EACCES"],
  ["has no interpreter", "orphan", "exec interpreter of hook", "orphan", "ENOENT"],
  ["has no first line", "formless", "exec pre_start hook", "formless", "ENOEXEC"],
  ["exits with 3", "three", "prestart hook failed: exit status 3"],
  ["is killed", "killed", "prestart hook failed: signal 9"],
];

const scripts: Readonly<Record<string, string>> = {
  orphan: "#!/no/such/interpreter\n",
  formless: "exit 0\n",
  three: "#!/bin/sh\nexit 3\n",
  killed: "#!/bin/sh\nkill -9 $$\n",
};

describe.skipIf(!isSandboxed)("A pre_start hook that", () => {
  for (const command of ["start", "run"]) {
    test.each(hooks)(`%s makes ${command} fail and leaves nothing`, async (_, path, ...says) => {
      await using root = new BoshRoot();
      const text = scripts[path];
      const hook = text === undefined ? path : root.write(`data/${path}`, text, 0o755);
      root.job(job, { args: ["sleep"], hooks: { pre_start: hook } });
      const mounts = mountinfo();
      const result = await root.bpm([command, job]);
      expect(result.code).toBe(1);
      expectSentence(result, `failed to ${command} job-process: `, ...says);
      expectNoTraces(root, mounts);
      root.job(job, { args: ["sleep"] });
      await root.start(job);
    });
  }
});
