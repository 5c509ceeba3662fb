/** `bpm job lint --render`: what comes of a job's templates is checked, too. */
import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { missingCommands } from "../../support/debian.ts";
import { projectDirectory } from "../../support/product.ts";
import { Release } from "../../unit/job/fixtures.ts";

const main = join(projectDirectory, "src/main.ts");
const missing = await missingCommands({ ruby: "ruby" });
const release = new Release();
afterAll(() => release.remove());

/** What is said of one template, without the rules that need no Ruby. */
function said(destination: string, template: string, args: readonly string[] = []): string[] {
  release.job(template, "properties: {password: {}, other: {}, n: {default: 1}}\n");
  release.write({
    "jobs/web/spec":
      "name: web\n" +
      `templates: {t.erb: ${destination}}\n` +
      "properties: {password: {}, other: {}, n: {default: 1}}\n",
  });
  const rest = ["--no-unused-property", "--json", "--render", ...args, "jobs/web"];
  const { stdout } = Bun.spawnSync([process.execPath, main, "job", "lint", ...rest], {
    cwd: release.path,
    env: { PATH: process.env["PATH"] ?? "" },
    stdin: "ignore",
  });
  const { findings } = JSON.parse(stdout.toString()) as {
    findings: { line: number; column: number; rule: string; message: string }[];
  };
  return findings.map(({ line, column, rule, message }) => `${line}:${column} ${rule}: ${message}`);
}

const no = "what this renders to is no";
const unsafe = 'with a quote, a colon or a # in "password", the file is no YAML any more';

describe.skipIf(missing.length > 0)("bpm job lint --render (it needs ruby)", () => {
  test.each([
    ["a.yml", "a: <%= p('n') %>\nb: <%= p('password') %>\n", [`2:10 unsafe-value: ${unsafe}`]],
    ["config/a.yml", "b: <%= p('other') %>\n# <%= p('password') %>\n", []],
    ["config/a.yml", "b: <%= p('password').to_json %>\nc: <%= p('other').to_json %>\n", []],
    ["config/a.yml", "<%= {'b' => p('password')}.to_yaml %>", []],
    ["config/a.yml", "a: [<%= p('n') %>\n", [`1:1 rendered-syntax: ${no} YAML`]],
    ["config/a.json", "{\"a\": <%= p('n') %>,}", [`1:1 rendered-syntax: ${no} JSON`]],
    ["config/a.json", "{\"a\": <%= p('n') %>}", []],
    ["config/a.txt", "a: [<%= p('n') %>\n", []],
    ["config/a.yml", "<% if p('other') == 1 %>a<% end %>\n", []],
    // The value is made up, and nobody knows what the file is with a real one.
    ["config/a.yml", "a: [<%= p('other') %>\n", []],
    ["config/bpm.yml", "processes:\n- name: web\n  exec: x\n", ["rendered-config: "]],
    ["config/bpm.yml", "processes:\n- name: web\n  executable: x<%= p('n') %>\n", []],
  ] as [string, string, string[]][])("%s %j", (destination, template, expected) => {
    const found = said(destination, template);
    expect(found).toHaveLength(expected.length);
    expected.forEach((text, index) => expect(found[index]).toContain(text));
  });

  test("a line of bpm.yml that stands in the template has its place there", () => {
    const template =
      "<% x = 1 %>\nprocesses:\n- name: web\n  executable: x\n  limits:\n" +
      "    memory: 1 parsec\n";
    expect(said("config/bpm.yml", template)[0]).toStartWith("6:13 rendered-config: ");
    const made = template.replace("parsec", "<%= 'parsec' %>");
    expect(said("config/bpm.yml", made)[0]).toMatch(/^1:1 .* \(line 6 of the rendered file\)$/);
  });

  test("rules can be left out, and what is given is used", () => {
    const template = "a: <%= p('password') %><%= p('other') ? '' : '' %>\n";
    expect(said("a.yml", template, ["--no-unsafe-value"])).toEqual([]);
    expect(said("a.yml", "a: <%= p('other') %>\n", ["-s", "other='[x'"])).toEqual([
      "1:1 rendered-syntax: what this renders to is no YAML",
    ]);
  });

  test("a template that does not end is cut short", () => {
    expect(said("a.yml", "<% sleep %>", ["--timeout", "1"])).toEqual([]);
  });
});
