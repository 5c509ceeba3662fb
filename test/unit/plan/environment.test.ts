import { expect, test } from "bun:test";
import { processPaths } from "../../../src/bosh/process-paths.ts";
import { config, paths, plan } from "./fixtures.ts";

const defaults = {
  HOME: "/var/vcap/data/web",
  LANG: "en_US.UTF-8",
  PATH: "/var/vcap/jobs/web/bin:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin:.",
  TMPDIR: "/var/vcap/data/web/tmp",
};

function lines(variables: Record<string, string>): string[] {
  return Object.entries(variables).map(([key, value]) => `${key}=${value}`);
}

test("has defaults, sorted", () => {
  expect(plan().launch.env).toEqual(lines(defaults));
});

test("keeps what bpm.yml gives, be it empty, and adds only what is missing", () => {
  const env = { ZOO: "", LANG: "C", "1st": "a=b", PATH: "" };
  expect(plan({ config: config({ env }) }).launch.env).toEqual(
    lines({
      "1st": "a=b",
      HOME: defaults.HOME,
      LANG: "C",
      PATH: "",
      TMPDIR: defaults.TMPDIR,
      ZOO: "",
    }),
  );
});

test("the command line wins over bpm.yml, and its last word over its first", () => {
  const { launch } = plan({
    config: config({ env: { FOO: "yml", KEPT: "yml" } }),
    overrides: {
      env: [
        ["FOO", "a"],
        ["HOME", "/h"],
        ["FOO", "b,c"],
      ],
      volumes: [],
    },
  });
  const { LANG, PATH, TMPDIR } = defaults;
  expect(launch.env).toEqual(lines({ FOO: "b,c", HOME: "/h", KEPT: "yml", LANG, PATH, TMPDIR }));
});

test("names internal paths and the job's directories, whatever root and process", () => {
  const worker = processPaths({ root: "/srv/bosh" }, "web", "worker");
  expect(plan({ paths: worker }).launch.env).toEqual(plan({ paths }).launch.env);
});
