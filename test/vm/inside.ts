/** Runs the suites in a guest, as run-suites does on a machine, and counts what came of them. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { exitStatus } from "../support/command.ts";
import { observeHost, whatRunLeft } from "../support/host-traces.ts";
import { fail, pass, secondsByFile, sum, tallyJunit } from "../support/tally.ts";
import { type GuestTask, guestFiles } from "./task.ts";

const name = "bpm-test-guest";
const report = "guest-report.xml";

console.log("The guest is up");
const task = JSON.parse(readFileSync(guestFiles.task, "utf8")) as GuestTask;
const before = observeHost();
const child = Bun.spawn(
  [
    ...["test/support/enter-namespace", name],
    // Everything takes some ten times as long here. And an emulated machine now and then stands
    // still for longer than a test waits, so one that failed gets a second chance.
    ...[process.execPath, "test", "--timeout=600000", "--retry=1"],
    ...["--reporter=junit", `--reporter-outfile=${report}`],
    ...task.files,
  ],
  {
    env: { ...process.env, BPM_TEST_RUN: name, BPM_TEST_GUEST: task.layout },
    stdio: ["ignore", "inherit", "inherit"],
  },
);
await child.exited;
const text = existsSync(report) ? readFileSync(report, "utf8") : undefined;
for (const [file, seconds] of secondsByFile(text ?? "")) {
  console.log(`${seconds.toFixed(0).padStart(5)} s ${file}`);
}
const left = await whatRunLeft(before, name);
for (const trace of left) console.log(`(fail) left behind: ${trace}`);
const tally = sum([tallyJunit(text, exitStatus(child)), left.length === 0 ? pass : fail]);
writeFileSync(guestFiles.tally, JSON.stringify(tally));
