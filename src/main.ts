/** The entry: the one place that catches everything, tells it, and exits. */
import { dispatch } from "./cli/dispatch.ts";
import { bpm } from "./commands/index.ts";
import { toBpmError } from "./report/errors.ts";

/** Says what went wrong, in one sentence and never with a stack; returns the exit status. */
async function tell(thrown: unknown): Promise<number> {
  const { code, message, hint, exitCode } = toBpmError(thrown);
  // Nobody reads any more: nothing to say, as with any program that SIGPIPE ends.
  if (code === "broken-pipe") return exitCode;
  const { stderr } = await import("./report/stderr.ts");
  stderr.error(hint === undefined ? message : `${message}\n${hint}`);
  return exitCode;
}

// What is thrown where nothing waits for it, as in a timer, would print a stack otherwise.
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (thrown: unknown) => void tell(thrown).then(process.exit));
}

process.exit(await dispatch(bpm, process.argv.slice(2)).catch(tell));
