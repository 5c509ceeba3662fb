/** `bpm job lint` as its users meet it: it needs neither root nor a Ruby, and runs nothing. */
import { afterAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../../../src/job/rules/index.ts";
import { renderedRules } from "../../../src/job/rules/rendered.ts";
import { projectDirectory } from "../../support/product.ts";
import { Release } from "../../unit/job/fixtures.ts";

const main = join(projectDirectory, "src/main.ts");
const isRoot = process.geteuid?.() === 0;
const release = new Release();
afterAll(() => release.remove());

function lint(args: readonly string[]) {
  const identity = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
  const command = [process.execPath, main, "job", "lint", ...args];
  const { exitCode, stdout, stderr } = Bun.spawnSync([...(isRoot ? identity : []), ...command], {
    cwd: release.path,
    env: { PATH: "/nonexistent" },
    stdin: "ignore",
  });
  return { status: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

Bun.spawnSync(["chmod", "755", release.path]);
const spec = "properties:\n  web.port: {default: 80}\n  web.user: {}\n";
release.job("port: <%= p('web.prot') %>\nuser: <%= p('web.user') %>\n", spec);
release.job("<%= p('a') %>\n", "properties: {a: {}}\n", "fine");

const findings =
  'jobs/web/spec:4:3: warning: no template uses the property "web.port" ' +
  "[unused-property]\n    4 |   web.port: {default: 80}\n      |   ^\n" +
  'jobs/web/templates/t.erb:1:13: error: property "web.prot" is not declared in the spec, ' +
  "so it never has a value [undeclared-property]\n" +
  "    1 | port: <%= p('web.prot') %>\n      |             ^^^^^^^^^^\n" +
  '  jobs/web/spec does not declare "web.prot"; it declares "web.port" in line 4\n' +
  "  the director would say: Error filling in template 't.erb' " +
  "(line 1: Can't find property '[\"web.prot\"]')\n";

test("a release is checked, and what is found has places and advice", () => {
  expect(lint(["."])).toEqual({
    status: 1,
    stdout: findings,
    stderr: "Error: 1 error and 1 warning in 2 jobs\n",
  });
});

test("jobs can be chosen, rules left out, and warnings count when asked", () => {
  const nothing = { status: 0, stdout: "0 errors and 0 warnings in 1 job\n", stderr: "" };
  expect(lint([".", "-j", "fine"])).toEqual(nothing);
  expect(lint(["jobs/fine"])).toEqual(nothing);
  const withoutError = ["jobs/web", "--no-undeclared-property"];
  expect(lint(withoutError)).toMatchObject({ status: 0, stderr: "" });
  expect(lint([...withoutError, "--strict"])).toMatchObject({
    status: 1,
    stderr: "Error: 0 errors and 1 warning in 1 job\n",
  });
});

test("a document has everything in it", () => {
  const { status, stdout } = lint(["--json", "jobs/web"]);
  const { findings: found, ...counts } = JSON.parse(stdout) as Record<string, unknown>;
  expect<object>({ status, ...counts }).toEqual({ status: 1, jobs: 1, errors: 1, warnings: 1 });
  expect((found as object[])[1]).toMatchObject({
    file: "jobs/web/templates/t.erb",
    line: 1,
    column: 13,
    severity: "error",
    rule: "undeclared-property",
  });
});

test("the rules are listed", () => {
  const names = lint(["--rules"])
    .stdout.split("\n")
    .slice(0, -1)
    .map((line) => line.split(" ")[0]);
  expect(names).toEqual([...rules, ...renderedRules].map(({ name }) => name));
});

test("no template is run", () => {
  const mark = join(release.path, "mark");
  release.job(`<% File.write("${mark}", "x") %><%= \`touch ${mark}\` %>`, "", "foreign");
  Bun.spawnSync(["chmod", "777", release.path]);
  expect(lint(["jobs/foreign"]).status).toBe(0);
  expect(existsSync(mark)).toBe(false);
});

test("what is no job is said to be none", () => {
  expect(lint(["jobs"]).stderr).toStartWith("Error: jobs is neither a job nor a release\n");
  expect(lint([]).stderr).toEndWith("Error: must specify the directory of a job or a release\n");
  expect(lint([".", "-j", "nosuch"]).stderr).toContain("fine, foreign, web");
});
