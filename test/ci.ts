/**
 * What a change has to pass: every suite on this machine, a minute of fuzzing, and in guests those
 * suites that depend on the kind of host. Ends with the line `N passed, N failed, N skipped`.
 */

import { testFiles } from "./support/bun-test.ts";
import { projectDirectory } from "./support/product.ts";
import { runSuites } from "./support/run-suites.ts";
import { conclude, fail, pass, sum, type Tally } from "./support/tally.ts";
import { runGuests } from "./vm/guests.ts";

/** What meets systemd, cgroups and the kernel most. All of it would take hours under emulation. */
const worthEmulating = [
  ...["/hosts/", "/left-overs.test", "/limits.test", "monit/service.test"],
  ...["lifecycle/endings.test", "lifecycle/run.test", "lifecycle/stop"],
];

/** In seconds, for all that is fuzzed together. */
const fuzzing = 60;

const here = await runSuites([]);
const fuzzed = fuzz();
const inGuests = await runGuests({
  layouts: ["v2", "v1"],
  files: testFiles(["test/integration", "test/monit"], worthEmulating),
  minutes: 35,
});
process.exit(conclude(sum([here, fuzzed, inGuests])));

/** With another seed each time, which it prints. */
function fuzz(): Tally {
  const argv = [process.execPath, "test/fuzz/main.ts", "--seconds", String(fuzzing)];
  const { success } = Bun.spawnSync(argv, {
    cwd: projectDirectory,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return success ? pass : fail;
}
