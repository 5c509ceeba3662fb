/** What is seen of templates without running them covers what they ask for when they run. */
import { expect, test } from "bun:test";
import { dnsIds } from "../../../src/job/dns.ts";
import { evaluateNatively } from "../../../src/job/renderer/native.ts";
import { rubyParser } from "../../../src/job/ruby/prism.ts";
import { type Use, usageOf } from "../../../src/job/usage.ts";
import { missingCommands } from "../../support/debian.ts";
import { mapping } from "../../unit/job/fixtures.ts";
import { edgeCases } from "./edge-cases.ts";

const missing = await missingCommands({ ruby: "ruby" });
const parse = rubyParser();

const own = [
  "<%= p('a') %><%= p(['x', 'b.c'], 1) %><% if_p('a', 'b.c') do %><%= p('b') %><% end %>",
  "<% if_p('x') do %><% end.else_if_p('a') do %><% end.else_if_link('l') do %><% end %>",
  "<% %w[a b].each do |n| %><%= p(n) %><%= p(\"b.#{'c'}\") %><% end %>",
  "<% if_link('l') do |l| %><%= l.p('z', 1) %><% end.else_if_p('a') do %><% end %>",
  "<% def helper = p('a') %><%= helper %><%= [1].map { p('b.c') } %>",
  "<%= \"#{p('a')}\" %><%= <<~X %>\n#{p('b.c')}\nX\n<%= -> { p('a') }.call %>",
];

const spec = mapping("{name: web, properties: {a: 1, b: {c: 2}}}");

const covers = (uses: readonly Use[], kind: string, name: string) =>
  uses.some((use) => {
    if (use.kind !== kind) return false;
    if (use.kind === "link") return use.name === undefined || use.name === name;
    return (
      use.kind === "property" &&
      (use.names.includes(name) || use.prefixes.some((prefix) => name.startsWith(prefix)))
    );
  });

test.skipIf(missing.length > 0)("names (it needs ruby)", async () => {
  const templates = own.map((text, index) => ({ source: `t${index}`, text }));
  const dns = dnsIds(null, new Map(), []);
  const ofEdges = edgeCases().filter(({ error }) => error?.stage === undefined);
  const units = [{ job: "web", spec, dns, templates }, ...ofEdges.map((one) => one.unit())];
  const { results } = await evaluateNatively(units, { ruby: "ruby", seconds: 60 });
  const unseen = units.flatMap((unit, at) =>
    unit.templates.flatMap(({ text }, index) => {
      const { uses } = usageOf(new TextEncoder().encode(text), parse);
      const asked = results[at]?.[index]?.asked ?? [];
      return asked.filter(([kind, name]) => !covers(uses, kind, name)).map(String);
    }),
  );
  const count = results.flat().flatMap(({ asked }) => asked).length;
  expect(count).toBeGreaterThan(15);
  expect(unseen).toEqual([]);
});
