import { expect, test } from "bun:test";
import { processPaths } from "../../../src/bosh/process-paths.ts";
import { bootId } from "../../../src/host/process.ts";
import { endingData, hasEnded, readEnding } from "../../../src/lifecycle/state/ending.ts";
import { Scratch, state } from "./fixtures.ts";

const started = Date.parse(state().created);
const exitFile = "sys/run/bpm-state/bpm-web/exit.json";

function pathsBelow(scratch: Scratch) {
  return processPaths({ root: scratch.path }, "web", "web");
}

const records = [
  [
    '{"exit_code":3,"signal":null,"oom_killed":false,"ended_ms":ENDED}',
    { exitCode: 3, signal: null, outOfMemory: false, reason: "exit status 3" },
  ],
  [
    '{"exit_code":null,"signal":11,"oom_killed":false,"ended_ms":ENDED}',
    { exitCode: null, signal: "SIGSEGV", outOfMemory: false, reason: "SIGSEGV" },
  ],
  [
    '{"exit_code":null,"signal":9,"oom_killed":true,"ended_ms":ENDED}',
    { exitCode: null, signal: "SIGKILL", outOfMemory: true, reason: "SIGKILL, out of memory" },
  ],
  [
    '{"exit_code":1,"signal":null,"oom_killed":true,"ended_ms":ENDED}',
    {
      exitCode: 1,
      signal: null,
      outOfMemory: true,
      reason: "exit status 1, after an out-of-memory kill",
    },
  ],
] as const;

test.each(records)("the init's record %s", async (text, expected) => {
  using scratch = new Scratch();
  const endedMs = started + 192_000;
  scratch.write({ [exitFile]: text.replace("ENDED", String(endedMs)) });
  const paths = pathsBelow(scratch);
  expect(await readEnding(paths, state())).toEqual({ ...expected, endedMs, ranMs: 192_000 });
  expect(await endingData(paths, state())).toEqual({
    reason: expected.reason,
    ended: "2026-11-22T00:03:12.000Z",
    after: "3m12s",
  });
});

test("how long it ran does not change with the clock", () => {
  using scratch = new Scratch();
  const exit = { exit_code: 3, signal: null, oom_killed: false };
  scratch.write({ [exitFile]: JSON.stringify({ ...exit, ended_ms: 1, ended_boot_ms: 9_000 }) });
  // Ticks of a hundredth of a second.
  const ran = state({ start_time: "500" });
  expect(readEnding(pathsBelow(scratch), ran)).toMatchObject({ endedMs: 1, ranMs: 4_000 });
  // The identity is that of the bpm which made it, and not of the process.
  const created = new Date(0).toISOString();
  const half = state({ start_time: "500", status: "creating", created });
  expect(readEnding(pathsBelow(scratch), half)).toMatchObject({ ranMs: 1 });
});

test.each([
  "",
  "{",
  "null",
  "[]",
  "{}",
  '{"exit_code":3,"signal":9,"oom_killed":false,"ended_ms":1}',
  '{"exit_code":null,"signal":null,"oom_killed":false,"ended_ms":1}',
  '{"exit_code":"3","signal":null,"oom_killed":false,"ended_ms":1}',
  '{"exit_code":3,"signal":null,"oom_killed":false,"ended_ms":"now"}',
])("what is no record counts as none: %s", async (text) => {
  using scratch = new Scratch();
  scratch.write({ [exitFile]: text });
  expect(await hasEnded(scratch.at("sys/run/bpm-state/bpm-web"))).toBe(false);
  expect(await readEnding(pathsBelow(scratch), state())).toMatchObject({
    exitCode: null,
    signal: null,
    endedMs: null,
    ranMs: null,
  });
});

test("a record, and nothing else, says that the process has ended", async () => {
  using scratch = new Scratch();
  scratch.write({ [exitFile]: '{"exit_code":0,"signal":null,"oom_killed":false,"ended_ms":1}\n' });
  expect(await hasEnded(scratch.at("sys/run/bpm-state/bpm-web"))).toBe(true);
  expect(await hasEnded(scratch.at("sys/run/bpm-state/nosuch"))).toBe(false);
});

test("without a record, the boot and the state tell what happened", async () => {
  using scratch = new Scratch();
  const paths = pathsBelow(scratch);
  const boot_id = await bootId();
  const reason = async (different: Parameters<typeof state>[0]) =>
    (await readEnding(paths, state(different))).reason;
  expect(await reason({})).toBe("the machine was restarted");
  expect(await reason({ boot_id })).toBe("its init was killed");
  expect(await reason({ boot_id, status: "creating" })).toBe("bpm was ended while starting it");
});

const counters = [
  [1, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill COUNT\n"],
  [2, "memory.events", "low 0\nhigh 0\nmax 9\noom 2\noom_kill COUNT\noom_group_kill 1\n"],
] as const;

test.each(counters)(
  "without a record, a version %d cgroup tells of lacking memory",
  async (version, file, text) => {
    using scratch = new Scratch();
    const cgroups = [{ version, directory: scratch.at("leaf"), unit: null }];
    const ending = async (count: string) => {
      scratch.write({ [`leaf/${file}`]: text.replace("COUNT", count) });
      return readEnding(pathsBelow(scratch), state({ cgroups }));
    };
    expect((await ending("0")).outOfMemory).toBe(false);
    expect(await ending("10")).toMatchObject({
      outOfMemory: true,
      reason: "killed together with its init, out of memory",
    });
  },
);

test("bpm.log gets nothing that is not known", async () => {
  using scratch = new Scratch();
  expect(await endingData(pathsBelow(scratch), undefined)).toEqual({
    reason: "what was noted down of it cannot be read",
  });
  expect(await endingData(pathsBelow(scratch), state())).toEqual({
    reason: "the machine was restarted",
  });
});
