/** docs/jobs.md, "Write a job": whoever follows it sees what it shows. */
import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { missingCommands } from "../../support/debian.ts";
import { codeBlocks, page, sections } from "../../support/markdown.ts";
import { projectDirectory } from "../../support/product.ts";
import { Release } from "../../unit/job/fixtures.ts";

const missing = await missingCommands({ ruby: "ruby" });
const release = new Release();
afterAll(() => release.remove());

const section = sections(page("docs/jobs.md")).find(({ title }) => title === "Write a job");
const body = section?.body ?? "";
const named = [...body.matchAll(/^`(jobs\/[^`]+)`:\n\n```\w*\n([^]*?)^```/gm)];
const files = Object.fromEntries(named.map(([, name = "", text = ""]) => [name, text]));
const [, mended = ""] = /So the template becomes\n\n```\n([^]*?)^```/m.exec(body) ?? [];
const consoles = codeBlocks(body).filter(({ language }) => language === "console");

/** What a console of the page shows, and what such a command prints in truth. */
function followed(index: number): { shown: string; printed: string } {
  const [, command = "", shown = ""] = /^\$ (.*)\n([^]*)$/.exec(consoles[index]?.text ?? "") ?? [];
  const script = command.replace(/^bpm /, '"$BUN" "$MAIN" ');
  const { stdout, stderr } = Bun.spawnSync(["/bin/sh", "-c", script], {
    cwd: release.path,
    env: {
      PATH: process.env["PATH"] ?? "",
      BUN: process.execPath,
      MAIN: join(projectDirectory, "src/main.ts"),
    },
    stdin: "ignore",
  });
  return { shown, printed: stdout.toString() + stderr.toString() };
}

describe.skipIf(missing.length > 0)("the job of the page (it needs ruby)", () => {
  test("is found wrong as the page says", () => {
    expect(Object.keys(files)).toHaveLength(4);
    release.write(files);
    const { shown, printed } = followed(0);
    expect(printed).toBe(shown);
  });

  test("is right when it is mended, and renders", () => {
    release.write({ ...files, "jobs/web/templates/web.json.erb": mended });
    expect(followed(0).printed).toBe("0 errors and 0 warnings in 1 job\n");
    const { shown, printed } = followed(1);
    expect(printed).toBe(shown);
  });
});
