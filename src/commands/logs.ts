/** `bpm logs`: the end of what a process has written, and what it goes on to write. */
import { defineCommand } from "citty";
import { processPaths } from "../bosh/process-paths.ts";
import { wholeNumber } from "../cli/arguments.ts";
import { processArgs } from "../cli/flags.ts";
import { targetOf } from "../cli/target.ts";
import { onReaderGone } from "../logs/reader.ts";
import { Tail } from "../logs/tail.ts";
import { BpmError } from "../report/errors.ts";
import { stderr } from "../report/stderr.ts";
import { print, readerIsGone } from "../report/stdout.ts";

const stdout = 1;

export default defineCommand({
  meta: { name: "logs", description: "show what a process has written to its logs" },
  args: {
    ...processArgs,
    all: { type: "boolean", alias: "a", description: "show stdout and stderr" },
    err: { type: "boolean", alias: "e", description: "show stderr instead of stdout" },
    follow: { type: "boolean", alias: "f", description: "go on with what is written from now on" },
    lines: {
      type: "string",
      alias: "n",
      valueHint: "int",
      default: "25",
      description: "how many lines of the end to show",
    },
    quiet: { type: "boolean", alias: "q", description: "leave out the headers with file names" },
  },
  async run({ args }) {
    const target = targetOf(args);
    const { stdoutLog, stderrLog } = processPaths(target.root, target.job, target.process);
    const logs = args.all ? [stdoutLog, stderrLog] : [args.err ? stderrLog : stdoutLog];
    const headers = logs.length > 1 && args.quiet !== true;
    const notice = (text: string) => stderr.warn(text);
    const tail = new Tail(
      logs.map((log) => log.external()),
      headers,
      { print, notice },
    );
    if (tail.isEmpty) throw new BpmError("logs-not-found", "logs not found");
    const lines = wholeNumber(args.lines) ?? 0;
    if (args.follow) await followFrom(tail, lines);
    else if (lines > 0) await tail.showEnds(lines, new AbortController().signal);
  },
});

/** Interrupting is how one ends this; being terminated is a failure, as for any command. */
async function followFrom(tail: Tail, lines: number): Promise<void> {
  const end = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => end.abort(signal));
  await onReaderGone(stdout, () => end.abort("SIGPIPE"));
  await tail.showEnds(lines, end.signal);
  await tail.follow(end.signal);
  if (end.signal.reason === "SIGPIPE") throw readerIsGone();
  if (end.signal.reason === "SIGTERM") {
    throw new BpmError("terminated", "following the logs was ended by SIGTERM");
  }
}
