/**
 * `bpm pid`: scripts ask it in loops whether a process runs, so it reads no bpm.yml, loads no
 * library and answers from the state alone.
 */
import { defineCommand } from "citty";
import { processArgs } from "../cli/flags.ts";
import { targetOf } from "../cli/target.ts";
import { runningState } from "../lifecycle/state/status.ts";
import { print } from "../report/stdout.ts";

export default defineCommand({
  meta: { name: "pid", description: "print the pid of a running process" },
  args: processArgs,
  async run({ args }) {
    const { root, job, process } = targetOf(args);
    await print(`${runningState(root, job, process).pid}\n`);
  },
});
