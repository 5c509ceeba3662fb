import { expect, test } from "bun:test";
import { BoshPath, type HostPath } from "../../../src/bosh/paths.ts";
import { processPaths, volumeLock } from "../../../src/bosh/process-paths.ts";

const root = { root: "/var/vcap" };

test("puts everything of a process where scripts expect it", () => {
  const paths = processPaths(root, "odd.name", "worker");
  const external = Object.fromEntries(
    Object.entries(paths).flatMap(([name, value]) =>
      value instanceof BoshPath ? [[name, value.external() as string]] : [],
    ),
  );
  expect(external).toEqual({
    jobs: "/var/vcap/jobs",
    packages: "/var/vcap/packages",
    dataPackages: "/var/vcap/data/packages",
    store: "/var/vcap/store",
    locks: "/var/vcap/data/bpm/locks",
    pids: "/var/vcap/sys/run/bpm",
    states: "/var/vcap/sys/run/bpm-state",
    jobDir: "/var/vcap/jobs/odd.name",
    configFile: "/var/vcap/jobs/odd.name/config/bpm.yml",
    dataDir: "/var/vcap/data/odd.name",
    tmpDir: "/var/vcap/data/odd.name/tmp",
    storeDir: "/var/vcap/store/odd.name",
    logDir: "/var/vcap/sys/log/odd.name",
    stdoutLog: "/var/vcap/sys/log/odd.name/worker.stdout.log",
    stderrLog: "/var/vcap/sys/log/odd.name/worker.stderr.log",
    bpmLog: "/var/vcap/sys/log/odd.name/bpm.log",
    runDir: "/var/vcap/sys/run/odd.name",
    pidDir: "/var/vcap/sys/run/bpm/odd.name",
    pidFile: "/var/vcap/sys/run/bpm/odd.name/worker.pid",
    stateDir: "/var/vcap/sys/run/bpm-state/bpm-odd.2ename.2eworker",
    lockFile: "/var/vcap/data/bpm/locks/job-bpm-odd.2ename.2eworker.lock",
  });
});

test("a lock's name always has both job and process", () => {
  const { lockFile } = processPaths(root, "job", "job");
  expect<string>(lockFile.external()).toBe("/var/vcap/data/bpm/locks/job-bpm-job.2ejob.lock");
});

test("a volume's lock is named by the hash of its path", () => {
  const lock = volumeLock(root, "/var/vcap/data/shared" as HostPath).external();
  expect(lock).toMatch(/^\/var\/vcap\/data\/bpm\/locks\/vol-[0-9a-f]{64}\.lock$/);
  expect(lock).not.toBe(volumeLock(root, "/var/vcap/data/other" as HostPath).external());
});

test.each(["", ".", "..", "../etc", "a/b", "a\0b"])("refuses the name %p", (name) => {
  expect(() => processPaths(root, name, "worker")).toThrow("invalid job name");
  expect(() => processPaths(root, "web", name)).toThrow("invalid process name");
});
