/** Several Rubies, and what differs between them. */
import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { missingCommands } from "../../support/debian.ts";
import { projectDirectory } from "../../support/product.ts";
import { Release } from "../../unit/job/fixtures.ts";

const main = join(projectDirectory, "src/main.ts");
const missing = await missingCommands({ ruby: "ruby" });
const release = new Release();
afterAll(() => release.remove());

// A Ruby in which an empty Hash is shown in another way.
release.write({
  "patch.rb": "class Hash; def inspect = '{ }'; end\n",
  other: `#!/bin/sh\nexec ruby -r ${release.path}/patch.rb "$@"\n`,
});
chmodSync(join(release.path, "other"), 0o755);
chmodSync(release.path, 0o755);

function render(template: string, ...rubies: string[]) {
  const job = release.job(template);
  const args = [job, "t.erb", ...rubies.flatMap((ruby) => ["--ruby", ruby])];
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    [process.execPath, main, "job", "render", ...args],
    { cwd: release.path, env: { PATH: process.env["PATH"] ?? "" }, stdin: "ignore" },
  );
  return { status: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

const other = join(release.path, "other");

describe.skipIf(missing.length > 0)("several Rubies (they need ruby)", () => {
  test("that agree are not spoken of", () => {
    expect(render("x\n", "ruby", other)).toEqual({ status: 0, stdout: "x\n", stderr: "" });
  });

  test("that differ are told with the line", () => {
    const { status, stdout, stderr } = render("x\n<%= {}.inspect %>\n", "ruby", other);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    const sentence = /t\.erb:1:1: error: config\/t is not the same with ruby \(\d[\d.]+\) and /;
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain("  the first difference is in line 2 of the rendered file\n");
    expect(stderr).toContain("[ruby-versions]");
  });

  test("of which one cannot render it", () => {
    const { stderr } = render("<% raise 'x' if {}.inspect == '{ }' %>", "ruby", other);
    expect(stderr).toContain("with one of them it cannot be rendered at all");
  });

  test("of which the first is the one that counts", () => {
    expect(render("<%= {}.inspect %>", other).stdout).toBe("{ }");
  });
});
