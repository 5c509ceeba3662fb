/** docs/differences.md leaves out nothing that the comparison with the Go implementation allows. */
import { expect, test } from "bun:test";
import { page, unwrapped } from "../../support/markdown.ts";
import { differences } from "../plan/differences.ts";

const text = unwrapped(page("docs/differences.md"));

test.each(differences.map(({ reason }) => reason))("it says: %s", (reason) => {
  expect(text).toContain(reason);
});
