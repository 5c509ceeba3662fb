/** `bpm trace`: the system calls of a process that runs, as strace(1) shows them. */
import { defineCommand } from "citty";
import { processArgs } from "../cli/flags.ts";
import { targetOf } from "../cli/target.ts";
import { onReaderGone } from "../logs/reader.ts";
import { readerIsGone } from "../report/stdout.ts";

const stderr = 2;

export default defineCommand({
  meta: { name: "trace", description: "show the system calls of a running process, with strace" },
  args: processArgs,
  async run({ args }) {
    const target = targetOf(args);
    const { traceProcess } = await import("../trace/trace.ts");
    const end = new AbortController();
    // That is how one ends this. Whoever asks twice does not get to wait: then bpm ends at once.
    for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) {
      process.once(signal, () => end.abort(signal));
    }
    await onReaderGone(stderr, () => end.abort("SIGPIPE"));
    await traceProcess(target, end.signal);
    if (end.signal.reason === "SIGPIPE") throw readerIsGone();
  },
});
