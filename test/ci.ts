/**
 * What a change has to pass: every suite on this machine, and in guests those that depend on the
 * kind of host. Ends with the line `N passed, N failed, N skipped`.
 */

import { testFiles } from "./support/bun-test.ts";
import { runSuites } from "./support/run-suites.ts";
import { conclude, sum } from "./support/tally.ts";
import { runGuests } from "./vm/guests.ts";

/** What meets systemd, cgroups and the kernel most. All of it would take hours under emulation. */
const worthEmulating = [
  ...["/hosts/", "/left-overs.test", "/limits.test", "monit/service.test"],
  ...["lifecycle/endings.test", "lifecycle/run.test", "lifecycle/stop"],
];

const here = await runSuites([]);
const inGuests = await runGuests({
  layouts: ["v2", "v1"],
  files: testFiles(["test/integration", "test/monit"], worthEmulating),
  minutes: 35,
});
process.exit(conclude(sum([here, inGuests])));
