/** What bpm notes down is for root alone, and what it finds noted down is looked at before use. */

import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BoshRoot } from "../support/bosh-root.ts";
import { run } from "../support/command.ts";
import { probeSleeping } from "../support/inside.ts";
import { isSandboxed } from "../support/product.ts";

const state = "sys/run/bpm-state/bpm-web";
const entry = `${state}/entry.json`;

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

/** Every path below a directory with its mode. */
function modesBelow(directory: string): Record<string, string> {
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(paths.map((path) => [path, modeOf(join(directory, path))]));
}

describe.skipIf(!isSandboxed)("Notes of a process", () => {
  test("with its environment are for root alone", async () => {
    await using root = new BoshRoot();
    root.job("web", { ...probeSleeping, env: { PASSWORD: "secret" } });
    await root.start("web");
    expect(root.read(entry)).toContain("secret");
    expect({ file: modeOf(root.at(entry)), directory: modeOf(root.at(state)) }).toEqual({
      file: "600",
      directory: "700",
    });
  });

  test("and all else that bpm makes have the same modes under every umask", async () => {
    const found: Record<string, string>[] = [];
    for (const umask of ["022", "000", "077"]) {
      await using root = new BoshRoot();
      root.job("web", { ...probeSleeping, ephemeral_disk: true });
      const script = `umask ${umask}; exec ${root.bpmProgram} start web`;
      const { code } = await run(["/bin/sh", "-c", script], { env: root.environment() });
      expect(code).toBe(0);
      found.push({ ...modesBelow(root.at("data/sys")), ...modesBelow(root.at("data/bpm")) });
      await root.stop("web");
    }
    const [usual, open, closed] = found;
    expect(Object.keys(usual ?? {}).length).toBeGreaterThan(8);
    expect(open).toEqual(usual as Record<string, string>);
    expect(closed).toEqual(usual as Record<string, string>);
  });
});

describe.skipIf(!isSandboxed)("A note that says how to enter a sandbox, with", () => {
  type Entry = { confinement: Record<string, unknown> };
  const spoilt: [what: string, spoil: (found: Entry) => unknown][] = [
    ["no confinement", ({ confinement: _, ...rest }) => rest],
    ["text for a confinement", (found) => ({ ...found, confinement: "none" })],
    ["null for a confinement", (found) => ({ ...found, confinement: null })],
    [
      "a field less",
      (found) => {
        const { seccomp: _, ...confinement } = found.confinement;
        return { ...found, confinement };
      },
    ],
    ["a field more", (found) => ({ ...found, confinement: { ...found.confinement, later: true } })],
  ];
  test.each(spoilt)("%s is not used", async (_, spoil) => {
    await using root = new BoshRoot();
    root.job("web", probeSleeping);
    await root.start("web");
    const file = root.at(entry);
    const found = JSON.parse(readFileSync(file, "utf8")) as Entry;
    writeFileSync(file, JSON.stringify(spoil(found)));
    const { code, stdout, stderr } = await root.bpm(["exec", "web", "--", "/bin/echo", "inside"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("does not say how to enter its sandbox");
    expect(stderr).toContain("restart it");
  });
});
