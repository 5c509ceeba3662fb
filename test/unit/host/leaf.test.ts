import { expect, test } from "bun:test";
import { processPaths } from "../../../src/bosh/process-paths.ts";
import { isLeafOf, leafName } from "../../../src/host/leaf.ts";

const web = processPaths({ root: "/var/vcap" }, "web", "web");
const leaf = leafName(web, "0123abcd");

test("a start's leaf belongs to its process", () => {
  expect(isLeafOf(web, leaf)).toBe(true);
});

test.each([
  ["another process of the job", processPaths({ root: "/var/vcap" }, "web", "worker")],
  [
    "the process of the same name below another BOSH root",
    processPaths({ root: "/srv/b" }, "web", "web"),
  ],
  ["a job whose name goes on", processPaths({ root: "/var/vcap" }, "web-1", "web-1")],
])("it does not belong to %s", (_, paths) => {
  expect(isLeafOf(paths, leaf)).toBe(false);
  expect(isLeafOf(web, leafName(paths, "0123abcd"))).toBe(false);
});

test.each(["", "bpm-web", `${leaf}0`, leaf.slice(0, -1), `${leaf}.scope`, `x${leaf}`])(
  "%j is nobody's leaf",
  (name) => expect(isLeafOf(web, name)).toBe(false),
);
