/**
 * What a change has to pass: every suite on this machine, and in guests those that depend on the
 * kind of host. Ends with the line `N passed, N failed, N skipped`.
 */

import { testFiles } from "./support/bun-test.ts";
import { runSuites } from "./support/run-suites.ts";
import { conclude, sum } from "./support/tally.ts";
import { runGuests } from "./vm/guests.ts";

/** Those that meet systemd, cgroups and kernels most; the others take longer than they are worth. */
const worthEmulating = ["/hosts/", "/limits.test", "/lifecycle/", "/state/", "test/monit/"];

const here = await runSuites([]);
const inGuests = await runGuests({
  layouts: ["v2", "v1"],
  files: testFiles(["test/integration", "test/monit"], worthEmulating),
  minutes: 30,
});
process.exit(conclude(sum([here, inGuests])));
