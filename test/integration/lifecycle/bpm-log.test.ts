import { describe, expect, test } from "bun:test";
import { BoshRoot } from "../../support/bosh-root.ts";
import { probeSleeping } from "../../support/inside.ts";
import { isSandboxed } from "../../support/product.ts";

/** The messages that those who read bpm.log look for, in their order. */
const frame = (command: string) => [
  `bpm.${command}.acquiring-lifecycle-lock.starting`,
  `bpm.${command}.acquiring-lifecycle-lock.complete`,
  `bpm.${command}.starting`,
  `bpm.${command}.complete`,
];

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z$/;

describe.skipIf(!isSandboxed)("bpm.log", () => {
  test("has one JSON object a line, with the fields in their order", async () => {
    await using root = new BoshRoot();
    root.job("web", [{ name: "worker", args: ["sleep"] }]);
    await root.start("web", "worker");
    await root.stop("web", "worker");
    const lines = root.read("sys/log/web/bpm.log").trimEnd().split("\n");
    for (const line of lines) {
      const entry = JSON.parse(line) as Record<string, unknown>;
      expect(Object.keys(entry)).toEqual(["timestamp", "level", "source", "message", "data"]);
      expect(entry["timestamp"]).toMatch(rfc3339);
      expect(entry["level"]).toMatch(/^(info|error)$/);
      expect(entry["source"]).toBe("bpm");
      expect(entry["message"]).toMatch(/^bpm\.(start|stop)\.[a-z.-]+$/);
      expect(entry["data"]).toMatchObject({ job: "web", process: "worker" });
      const fields = Object.keys(entry["data"] as object);
      expect(fields).toEqual(fields.toSorted());
    }
  });

  test.each(["start", "run", "stop"])("tells of the lock and of %s itself", async (command) => {
    await using root = new BoshRoot();
    root.job("web", command === "run" ? { args: ["exit", "0"] } : probeSleeping);
    await root.mustBpm([command, "web"]);
    const messages = root.bpmLog("web").map(({ message }) => message);
    expect(messages.filter((message) => frame(command).includes(message))).toEqual(frame(command));
    expect(messages[0]).toBe(`bpm.${command}.acquiring-lifecycle-lock.starting`);
  });

  const failures = [
    ["a bpm.yml that is missing", "nosuch", "failed-to-parse-config", "nosuch/config/bpm.yml"],
    ["a bpm.yml that is invalid", "invalid", "failed-to-parse-config", "invalid config: name"],
    ["an executable that is missing", "absent", "failed-to-start", "/no/such/file"],
    ["a hook that fails", "hooked", "failed-to-start", "prestart hook failed"],
  ] as const;
  test.each(failures)("has the error of %s, as the terminal has", async (_, job, message, text) => {
    await using root = new BoshRoot();
    root.job("invalid", "processes:\n- executable: /bin/true\n");
    root.job("absent", { executable: "/no/such/file" });
    root.job("hooked", { hooks: { pre_start: "/bin/false" } });
    const { stderr } = await root.bpm(["start", job]);
    const error = root.bpmLog(job).find(({ level }) => level === "error");
    expect(error?.message).toBe(`bpm.start.${message}`);
    expect(error?.data["error"]).toContain(text);
    expect(stderr).toContain(error?.data["error"]?.split("\n")[0] ?? "nothing");
  });

  test("is appended to, in whole lines, by several commands at once", async () => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await Promise.all(Array.from({ length: 6 }, () => root.bpm(["start", "web"])));
    const starts = root.bpmLog("web").filter(({ message }) => message === "bpm.start.starting");
    expect(starts).toHaveLength(6);
  });
});
