/** ERB's Ruby keeps its place, and what a template asks for is seen without running it. */
import { describe, expect, test } from "bun:test";
import { tagsOf, toRuby } from "../../../src/job/erb.ts";
import { rubyParser } from "../../../src/job/ruby/prism.ts";
import { usageOf } from "../../../src/job/usage.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = rubyParser();

describe("toRuby", () => {
  test.each([
    ["a<%= x %>b", " ;(  x );  "],
    ["<% if x -%>\nä\n<%- end %>", ";  if x  ; \n  \n;   end ; "],
    ["<%# c %><%% no %>", "                 "],
    ["<% x # c %>y", ";  x     ; "],
    ['<% "#{x} # c" %>', ';  "#{x} # c" ; '],
    ["<% 'a#b' %>", ";  'a#b' ; "],
    ["<% x", ";  x"],
    ["<%= a %%> b %>", ";(  a %%> b ); "],
  ])("%j", (template, ruby) => {
    const found = new TextDecoder().decode(toRuby(bytes(template)));
    expect(found.length).toBe(bytes(template).length);
    expect(found.trimEnd()).toBe(ruby.trimEnd());
  });

  test("tags have kinds and places", () => {
    const text = "a<%- b -%>c<%= d %><%# e %>";
    const found = tagsOf(bytes(text)).map(({ kind, start, end, codeStart, codeEnd }) => [
      kind,
      text.slice(start, end),
      text.slice(codeStart, codeEnd),
    ]);
    expect(found).toEqual([
      ["code", "<%- b -%>", " b "],
      ["output", "<%= d %>", " d "],
      ["comment", "<%# e %>", " e "],
    ]);
  });
});

function uses(template: string): string[] {
  return usageOf(bytes(template), parse).uses.map((use) => {
    const { offset, length } = use;
    const text = new TextDecoder().decode(bytes(template).slice(offset, offset + length));
    if (use.kind === "raw") return `raw ${text}`;
    if (use.kind === "link") {
      return `${use.helper} ${use.name}${use.guarded ? " guarded" : ""} at ${text}`;
    }
    const prefixes = use.prefixes.map((prefix) => `${prefix}*`);
    const fallback = use.hasFallback ? " or" : "";
    return `${use.helper} ${[...use.names, ...prefixes].join(",")}${fallback} at ${text}`;
  });
}

describe("usageOf", () => {
  test.each([
    ["<%= p('a.b') %>", ["p a.b at 'a.b'"]],
    ['<%= p(["a", "b"], nil) %>', ['p a,b or at ["a", "b"]']],
    ['<%= p("a.#{x}") %>', ['p a.* at "a.#{x}"']],
    ["<%= p(x) %>", ["p * at x"]],
    ["<%= self.p('a') %>", ["p a at 'a'"]],
    ["<% if_p('a', 'b') do |a, b| %><%= p('c') %><% end %>", ["if_p a,b at 'a'", "p c at 'c'"]],
    ["<% if_p('a') do %><% end.else_if_p('b') do %><% end %>", ["if_p b at 'b'", "if_p a at 'a'"]],
    ["<%= link('l').p('a') %>", ["link l at 'l'"]],
    [
      "<% if_link('l') do |l| %><%= l.p('a') %><% l.if_p('b') do %>" +
        "<% end.else_if_p('c') do %><% end %><% end %>",
      ["if_link l at 'l'"],
    ],
    ["<% if x %><%= link('l').address %><% end %>", ["link l guarded at 'l'"]],
    [
      "<% if_link('a') do %><% end.else_if_link('b') do %><% end %>",
      ["if_link b at 'b'", "if_link a guarded at 'a'"],
    ],
    ["<%= properties.a %>", ["raw properties"]],
    ["<%= spec.properties.a %>", ["raw spec.properties"]],
    ["<%= x.properties %>", []],
    ["<%# p('a') %>p('b')", []],
  ])("%s", (template, expected) => {
    expect(uses(template).sort()).toEqual([...expected].sort());
  });

  test("a syntax error has its place in the template", () => {
    const { problems } = usageOf(bytes("ä\n<% if true %>\nx\n"), parse);
    expect(problems.map(({ message }) => message).join()).toContain("expected an `end`");
    expect(usageOf(bytes("<% foo( %>"), parse).problems[0]?.offset).toBeGreaterThan(2);
  });
});
