/**
 * bpm.log: what bpm did to a process, one JSON object a line, for operators and log forwarders.
 *
 * A command is session "1"; each nested session takes the next number below its parent ("1.1",
 * "1.2") and its name joins the message, so that the lines of one step can be found together.
 */
import { writeSync } from "node:fs";
import { messageOf } from "./errors.ts";
import { stderr } from "./stderr.ts";

export interface Logger {
  info(message: string, data?: Readonly<Record<string, string>>): void;
  error(message: string, error: unknown, data?: Readonly<Record<string, string>>): void;
  /** A step inside this one. */
  session(name: string): Logger;
}

/** Where lines go and what time it is: replaced in tests. */
export interface LogSink {
  write(line: string): void;
  now(): number;
}

/** The log of one command. */
export interface BpmLog extends Logger {
  /**
   * What `work` logs is not written but returned, a line an element and from behind the timestamp
   * on, for somebody who outlives this process to write when it has come true.
   */
  later(work: () => void): string[];
}

/** Logs to a descriptor that was opened for append and stays the caller's to close; -1: nowhere. */
export function openBpmLog(
  fd: number,
  command: "start" | "stop" | "run",
  job: string,
  process: string,
): BpmLog {
  const { now, write } = descriptorSink(fd);
  let held: string[] | undefined;
  const hold = (line: string) => held?.push(line.slice(line.indexOf(",") + 1, -1));
  const sink = { now, write: (line: string) => (held === undefined ? write(line) : hold(line)) };
  const later = (work: () => void) => {
    const lines: string[] = [];
    held = lines;
    work();
    held = undefined;
    return lines;
  };
  return { ...createLogger(sink, `bpm.${command}`, { job, process }), later };
}

export function createLogger(
  sink: LogSink,
  prefix: string,
  labels: Readonly<Record<string, string>>,
  session = "1",
): Logger {
  let children = 0;
  const log = (level: string, message: string, data: Readonly<Record<string, string>>) => {
    const line = {
      timestamp: rfc3339(sink.now()),
      level,
      source: "bpm",
      message: `${prefix}.${message}`,
      data: sorted({ ...labels, ...data, session }),
    };
    sink.write(`${JSON.stringify(line)}\n`);
  };
  return {
    info: (message, data = {}) => log("info", message, data),
    error: (message, error, data = {}) =>
      log("error", message, { ...data, error: messageOf(error) }),
    session: (name) => {
      children += 1;
      return createLogger(sink, `${prefix}.${name}`, labels, `${session}.${children}`);
    },
  };
}

/** Milliseconds since 1970, with a fraction, as RFC 3339 in UTC with nine digits of a second. */
export function rfc3339(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  const nanoseconds = Math.floor((milliseconds - whole) * 1e6);
  return new Date(whole).toISOString().replace("Z", `${String(nanoseconds).padStart(6, "0")}Z`);
}

function sorted(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * One write(2) a line, so that commands at work at the same time do not mix theirs (O_APPEND). A
 * log that cannot be written is told once; it never keeps a process from starting or stopping.
 */
function descriptorSink(fd: number): LogSink {
  let failed = fd < 0;
  return {
    now: () => performance.timeOrigin + performance.now(),
    write: (line) => {
      if (failed) return;
      try {
        writeSync(fd, line);
      } catch (error) {
        failed = true;
        stderr.warn(`bpm.log cannot be written: ${messageOf(error)}`);
      }
    },
  };
}
