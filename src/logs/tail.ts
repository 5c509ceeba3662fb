/**
 * What tail(1) does for logs: the last lines of files, then what is appended to them. Names are
 * followed, not files: one that was truncated (logrotate's copytruncate) is read again from its
 * start, one that was replaced is read to its end and then the new one.
 *
 * Changes are polled for: a few stat(2) calls four times a second take 0.3 % of a processor, and
 * unlike inotify(7) they work on every file system and miss no event.
 */
import { startOfLastLines } from "./last-lines.ts";
import { LogFile } from "./log-file.ts";

const block = 64 * 1024;
const pauseMs = 250;

export interface TailOutput {
  print(output: string | Uint8Array): Promise<void>;
  /** Says what happened to a file. */
  notice(text: string): void;
}

interface TailedFile {
  readonly path: string;
  /** Absent as long as there is no such file. */
  log: LogFile | undefined;
}

/** Files that are shown together, under headers where one has to tell them apart. */
export class Tail {
  readonly #files: readonly TailedFile[];
  readonly #headers: boolean;
  readonly #output: TailOutput;
  #speaker: string | undefined;

  constructor(paths: readonly string[], headers: boolean, output: TailOutput) {
    this.#files = paths.map((path) => ({ path, log: LogFile.open(path) }));
    this.#headers = headers;
    this.#output = output;
  }

  /** Whether there is no file to show (yet). */
  get isEmpty(): boolean {
    return this.#files.every(({ log }) => log === undefined);
  }

  /** Prints the last lines of every file, up to where it ended when its turn came. */
  async showEnds(lines: number, signal: AbortSignal): Promise<void> {
    for (const { log } of this.#files) {
      if (log === undefined) continue;
      const end = log.size;
      log.offset = startOfLastLines((from, length) => log.readAt(from, length), end, lines);
      await this.#introduce(log.path);
      while (log.offset < end && !signal.aborted) {
        const bytes = log.read(Math.min(block, end - log.offset));
        if (bytes.length === 0) break;
        await this.#output.print(bytes);
        await yieldToSignals();
      }
    }
  }

  /** Prints what is appended until the signal says to end. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (await this.advance()) await yieldToSignals();
      else await pause(signal);
    }
  }

  /** Prints one block of each file that has grown; false when nothing has happened to any. */
  async advance(): Promise<boolean> {
    let happened = false;
    for (const file of this.#files) {
      // Asked before reading: what was written before the replacement is read before it is left.
      const isOver = file.log === undefined || file.log.isReplaced();
      if (await this.#printGrowth(file.log)) happened = true;
      else if (isOver) happened = this.#reopen(file) || happened;
    }
    return happened;
  }

  async #printGrowth(log: LogFile | undefined): Promise<boolean> {
    if (log === undefined) return false;
    const { size } = log;
    if (size === log.offset) return false;
    if (size < log.offset) {
      this.#output.notice(`${log.path} was truncated; following it from its start`);
      log.offset = 0;
    }
    const bytes = log.read(block);
    if (bytes.length === 0) return false;
    await this.#introduce(log.path);
    await this.#output.print(bytes);
    return true;
  }

  #reopen(file: TailedFile): boolean {
    const next = LogFile.open(file.path);
    if (next === undefined) return false;
    const event = file.log === undefined ? "has appeared" : "was replaced";
    this.#output.notice(`${file.path} ${event}; following the new file`);
    file.log?.close();
    file.log = next;
    return true;
  }

  async #introduce(path: string): Promise<void> {
    if (!this.#headers || path === this.#speaker) return;
    await this.#output.print(`${this.#speaker === undefined ? "" : "\n"}==> ${path} <==\n`);
    this.#speaker = path;
  }
}

/** Printing alone never returns to the event loop, where signals arrive. */
function yieldToSignals(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Returns after a while, or at once when the signal comes. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, pauseMs);
    signal.addEventListener("abort", done);
  });
}
