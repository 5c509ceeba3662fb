/** Every rule speaks where it should, and keeps silent where it should not speak. */
import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { findingsOf, lintJob, readJob } from "../../../src/job/lint.ts";
import { rubyParser } from "../../../src/job/ruby/prism.ts";
import { rules } from "../../../src/job/rules/index.ts";
import { Release } from "./fixtures.ts";

const parse = rubyParser();
const release = new Release();
afterAll(() => release.remove());

interface Row {
  /** The rest of the spec. */
  readonly spec?: string;
  readonly template?: string;
  readonly destination?: string;
  readonly files?: Readonly<Record<string, string>>;
}

let count = 0;

/** `LINE:COLUMN message` for all that one rule says of a job. */
function said(name: string, row: Row) {
  const { spec = "", template = "", destination = "config/t", files = {} } = row;
  const directory = `r${(count += 1)}/jobs/web`;
  release.write({
    [`${directory}/spec`]: `name: web\ntemplates: {t.erb: ${destination}}\n${spec}`,
    [`${directory}/monit`]: "",
    [`${directory}/templates/t.erb`]: template,
  });
  for (const [file, text] of Object.entries(files)) {
    release.write({ [`${directory}/${file}`]: text });
  }
  const rule = rules.filter((one) => one.name === name);
  const job = readJob({ path: join(release.path, directory), name: "web" }, parse);
  return findingsOf(job, rule).map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const properties = (text: string) => `properties: {${text}}\n`;

/** Of each rule: what it speaks of, with a part of what it says, and what it is silent about. */
const table: Record<string, { speaks: [Row, string][]; silent: Row[] }> = {
  spec: {
    speaks: [
      [{ spec: "packages: x\n" }, "3:1 packages is no list"],
      [{ spec: "templates: {a: b}\n" }, "no such file or directory"],
    ],
    silent: [{ spec: properties("a: {}") }],
  },
  syntax: {
    speaks: [
      [{ template: "a\n<% if x %>\n" }, "expected an `end`"],
      [{ template: "<%= [1].each do |x| %>x<% end %>" }, "1:"],
    ],
    silent: [
      { template: "<% if x -%>\n<% else %>\n<% end %><%= [1].map { |x| x } # c %>" },
      { template: "<% case 1 %><% when 1 %><% end %>" },
      { template: "<%= <<-X\n a\nX\n%>" },
    ],
  },
  "undeclared-property": {
    speaks: [
      [
        { template: "\n<%= p('web.prot') %>", spec: properties("web.port: {}") },
        '2:7 property "web.prot" is not declared in the spec, so it never has a value',
      ],
      [{ template: "<%= p(['a', 'b']) %>" }, '1:7 property "a", "b" is not declared'],
    ],
    silent: [
      { template: "<%= p('web') %><%= p('web.port.x') %>", spec: properties("web.port: {}") },
      { template: "<%= p('a', 1) %><%= p(x) %><%= p(\"a.#{x}\") %>" },
      { template: "<%= p(['a', 'b']) %>", spec: properties("b: {}") },
      { template: "<%= link('l').p('a') %>" },
    ],
  },
  "undeclared-if": {
    speaks: [
      [{ template: "<% if_p('a') do %><% end %>" }, '1:9 this block never runs: "a"'],
      [
        {
          template: "<% if_p('a') do %><% end.else_if_p('b') do %><% end %>",
          spec: properties("a: {}"),
        },
        'this block never runs: "b"',
      ],
    ],
    silent: [{ template: "<% if_p('a') do %><% end %><%= p('b') %>", spec: properties("a: {}") }],
  },
  "undeclared-with-default": {
    speaks: [[{ template: "<%= p('a', 1) %>" }, '1:7 nobody can set "a"']],
    silent: [{ template: "<%= p('a', 1) %><%= p('b') %>", spec: properties("a: {}") }],
  },
  "undeclared-link": {
    speaks: [
      [{ template: "<%= link('l').p('a') %>" }, '1:10 the spec does not consume the link "l"'],
      [{ template: "<% if_link('l') do %><% end %>" }, "this block never runs"],
    ],
    silent: [
      { template: "<%= link('l') %>", spec: "consumes: [{name: l, type: t}]\n" },
      { template: "<%= link(x) %>" },
    ],
  },
  "provides-undeclared": {
    speaks: [
      [
        { spec: "provides: [{name: l, type: t, properties: [a]}]\n" },
        '3:44 the spec provides "a" and does not declare it',
      ],
    ],
    silent: [
      { spec: `provides: [{name: l, type: t, properties: [a]}]\n${properties("a: {}")}` },
      { spec: `provides: [{name: l, type: t, properties: [a]}]\n${properties("a.b: {}")}` },
    ],
  },
  "provides-parent": {
    speaks: [
      [
        { spec: `provides: [{name: l, type: t, properties: [a]}]\n${properties("a.b: {}")}` },
        '3:44 "a" is declared only in parts',
      ],
    ],
    silent: [
      { spec: `provides: [{name: l, type: t, properties: [a.b]}]\n${properties("a.b: {}")}` },
      { spec: "provides: [{name: l, type: t, properties: [a]}]\n" },
    ],
  },
  "duplicate-destination": {
    speaks: [[{ spec: "templates: {a: b, c: b}\n" }, '3:19 "b" is the destination of a, too']],
    silent: [{ spec: "templates: {a: b, c: d}\n" }],
  },
  "comment-swallows": {
    speaks: [[{ template: "a\n<% x = 1 # one %>, b\n" }, "2:10 this comment hides the rest"]],
    silent: [
      { template: "<% x # c %>\n<% y # d -%>  \n<%# c %> x" },
      { template: "<% x = '#' %> y <%= \"#{x}\" %> z <%= /#/ %> w" },
      { template: "<% x # c\n y %> z" },
    ],
  },
  hook: {
    speaks: [
      [{ destination: "bin/drain", template: "echo 0\n" }, "1:1 the script does not begin with #!"],
      [{ destination: "bin/pre-start", template: "#!/bin/sh\r\n" }, "1:1 a line of this script"],
    ],
    silent: [
      { destination: "bin/drain", template: "#!/bin/sh\n" },
      { destination: "bin/drain", template: "<% if true -%>\n#!/bin/sh\n<% end -%>\n" },
      { destination: "bin/other", template: "echo\r\n" },
    ],
  },
  "default-shadowed": {
    speaks: [
      [
        { template: "<%= p('a', 1) %>", spec: properties("a: {default: 2}") },
        '1:7 the second argument is never used: "a" has a default',
      ],
    ],
    silent: [
      { template: "<%= p('a', 1) %>", spec: properties("a: {default: null}") },
      { template: "<%= p('a') %>", spec: properties("a: {default: 2}") },
    ],
  },
  "unused-property": {
    speaks: [
      [
        { template: "<%= p('a') %>", spec: properties("a: {}, b: {}") },
        '3:21 no template uses the property "b"',
      ],
    ],
    silent: [
      { template: "<%= p('a') %><%= p('b.c') %>", spec: properties("a.x: {}, b: {}") },
      { template: "<%= p(x) %>", spec: properties("b: {}") },
      { template: '<%= p("b.#{x}") %>', spec: properties("b.c: {}") },
      { template: "<%= spec.properties.b %>", spec: properties("b: {}") },
      { spec: `provides: [{name: l, type: t, properties: [b]}]\n${properties("b: {}")}` },
    ],
  },
  "unused-consumes": {
    speaks: [[{ spec: "consumes: [{name: l, type: t}]\n" }, '3:12 no template uses the link "l"']],
    silent: [{ spec: "consumes: [{name: l, type: t}]\n", template: "<%= link(x ? 'l' : 'm') %>" }],
  },
  "parent-and-child": {
    speaks: [[{ spec: properties("a: {}, a.b: {}") }, '3:14 "a" and "a.b" are both declared']],
    silent: [{ spec: properties("a.b: {}, a.c: {}, ab: {}") }],
  },
  "unknown-key": {
    speaks: [[{ spec: properties("a: {decription: x}") }, '3:18 "decription" means nothing']],
    silent: [{ spec: properties("a: {description: x, env: Y, default: 1, example: 2, type: z}") }],
  },
  "template-not-listed": {
    speaks: [[{ files: { "templates/sub/u.erb": "" } }, "1:1 the spec does not name this"]],
    silent: [{ files: { "templates/.gitkeep": "", "templates/a.tmpl": "" } }],
  },
  "boolean-text": {
    speaks: [
      [
        { spec: properties('a: {default: "false"}') },
        '3:18 the default of "a" is the text "false"',
      ],
    ],
    silent: [{ spec: properties("a: {default: false}, b: {default: other}") }],
  },
};

test("every rule has rows", () => {
  expect(Object.keys(table).sort()).toEqual(rules.map(({ name }) => name).sort());
});

describe.each(Object.entries(table))("%s", (name, { speaks, silent }) => {
  test.each(speaks)("speaks of %j", (row, expected) => {
    expect(said(name, row).join("\n")).toContain(expected);
  });

  test.each(silent)("is silent about %j", (row) => {
    expect(said(name, row)).toEqual([]);
  });
});

test("a job that is not called like its directory, or has no monit file", () => {
  release.write({ "odd/spec": "name: web\n" });
  const found = lintJob({ path: join(release.path, "odd"), name: "odd" }, { parse });
  expect(found.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
    'spec: the job is called "web", and its directory odd',
    "spec: the job has no monit file; one without processes has an empty one",
  ]);
  const without = new Set(["spec"]);
  expect(lintJob({ path: join(release.path, "odd"), name: "odd" }, { parse, without })).toEqual([]);
});

test("a spec that is no YAML", () => {
  release.write({ "bad/spec": "name: [\n" });
  const [found] = lintJob({ path: join(release.path, "bad"), name: "bad" }, { parse });
  expect(found).toMatchObject({ line: 1, column: 7, rule: "spec", severity: "error" });
});
