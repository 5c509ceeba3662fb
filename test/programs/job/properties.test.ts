/** `bpm job properties` as its users meet it. */
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { projectDirectory } from "../../support/product.ts";
import { Release } from "../../unit/job/fixtures.ts";

const main = join(projectDirectory, "src/main.ts");
const release = new Release();
afterAll(() => release.remove());

function properties(args: readonly string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    [process.execPath, main, "job", "properties", ...args],
    { cwd: release.path, env: { PATH: "/nonexistent" }, stdin: "ignore" },
  );
  return { status: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

const long = "x".repeat(60);
const declared = `{a: {}, b: {default: 1.0}, c: {default: ${long}}}`;
release.job("<%= p('a') %>\n<%= p('b') %>", `properties: ${declared}\n`);

test("a table", () => {
  expect(properties(["jobs/web"])).toEqual({
    status: 0,
    stdout:
      "Property Default                                  Used in\n" +
      "a        (required)                               jobs/web/templates/t.erb:1\n" +
      "b        1.0                                      jobs/web/templates/t.erb:2\n" +
      `c        ${"x".repeat(39)}… \n`,
    stderr: "",
  });
});

test("a document", () => {
  const { stdout } = properties([".", "--json"]);
  const { jobs } = JSON.parse(stdout) as { jobs: { job: string; properties: object[] }[] };
  expect(jobs.map(({ job }) => job)).toEqual(["web"]);
  expect(jobs[0]?.properties[0]).toEqual({
    name: "a",
    description: "",
    default: null,
    example: null,
    required: true,
    uses: [{ file: "jobs/web/templates/t.erb", line: 1, column: 7 }],
  });
  expect(stdout).toContain('"default":1.0');
});

test("a file to fill in, and nothing without a directory", () => {
  const { stdout } = properties(["jobs/web", "--skeleton"]);
  expect(stdout).toStartWith("# Properties of web.\na:\n\n#");
  const { stderr } = properties([]);
  expect(stderr).toEndWith("Error: must specify the directory of a job or a release\n");
});
