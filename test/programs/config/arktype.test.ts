/** Importing arktype takes longer than everything else that a start does. */

import { expect, test } from "bun:test";
import { projectDirectory } from "../../support/product.ts";

test("only an invalid file loads arktype", () => {
  const script = `
    import { parseConfig } from "${projectDirectory}/src/config/parse.ts";
    const loaded = () => Object.keys(require.cache).some((path) => path.includes("arktype"));
    const context = { file: "bpm.yml", job: "web" };
    parseConfig("processes: [{name: a, executable: b, other: c}]", context);
    const afterValid = loaded();
    try { parseConfig("processes: [{name: a}]", context); } catch {}
    console.log(afterValid, loaded());
  `;
  const { stdout } = Bun.spawnSync([process.execPath, "-e", script], { stderr: "inherit" });
  expect(stdout.toString()).toBe("false true\n");
});
