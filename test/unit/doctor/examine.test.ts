/** What `bpm doctor` makes of hosts of every kind, a host a row. */
import { describe, expect, test } from "bun:test";
import { examine } from "../../../src/doctor/examine.ts";
import type { Facts } from "../../../src/doctor/facts.ts";
import type { Finding } from "../../../src/doctor/finding.ts";
import { container, directory, facts, host, v1 } from "./fixtures.ts";
import { failing, groups, remains, web } from "./rows.ts";

function findings(different: Partial<Facts>): Finding[] {
  return examine(facts(different)).flatMap((section) => section.findings);
}

/** Everything that is not as it should be, as `level code`. */
function complaints(different: Partial<Facts>): string[] {
  return findings(different)
    .filter(({ level }) => level !== "ok")
    .map(({ level, code }) => `${level} ${code}`);
}

/** Level and text of the findings about a subject. */
function about(subject: string, different: Partial<Facts>): string[] {
  return findings(different)
    .filter((one) => one.subject === subject)
    .map(({ level, text }) => `${level}: ${text}`);
}

describe.each(groups)("%s", (_, rows) => {
  test.each(rows)("%s", (_, different, expected) => {
    expect(complaints(different)).toEqual(expected);
  });
});

test("whatever is not in order comes with a word on what to do, notes excepted", () => {
  const bare = groups
    .flatMap(([, rows]) => rows.flatMap(([, different]) => findings(different)))
    .filter(({ level }) => level === "problem" || level === "warning")
    .filter(({ advice }) => advice === undefined)
    // These bring the words of the error that they tell.
    .filter(({ code }) => code !== "no-user" && code !== "library");
  expect(bare).toEqual([]);
});

describe("it says", () => {
  test("where cgroups go", () => {
    expect(about("v2", {})).toEqual(["ok: scopes of systemd's in /sys/fs/cgroup/system.slice"]);
    expect(about("memory", { cgroups: v1() })).toEqual(["ok: cgroups in /sys/fs/cgroup/memory"]);
    expect(about("layout", { cgroups: v1(undefined, { hybrid: true }) })).toEqual([
      "ok: versions 1 and 2 (hybrid), with systemd",
    ]);
  });

  test("whose a directory is, and what its mode is", () => {
    const found = { uid: 1000, gid: 7, mode: 0o1750 };
    expect(about("sys/log", { directories: [directory("sys/log", found)] })).toEqual([
      "ok: /var/vcap/sys/log, vcap:7 1750",
    ]);
  });

  test("which command takes away what is left", () => {
    const [, found] = findings({
      remains: remains({ pidfiles: [{ ...web, path: "/p", content: "" }] }),
    }).slice(-2);
    expect(found).toMatchObject({
      text: "/p is empty, and no process of bpm's",
      advice: "It is removed by: bpm stop web -p worker",
    });
  });

  test("what a container has to be given", () => {
    const kernel = failing({ mount_namespace: "EPERM" });
    const told = (where: Facts["host"]) =>
      findings({ host: where, kernel }).find(({ level }) => level === "problem")?.advice;
    expect(told(container)).toStartWith("Run the container privileged");
    expect(told(host())).toStartWith("bpm needs all capabilities of root");
  });
});
