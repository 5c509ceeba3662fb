/**
 * bpm.log: what bpm did to a process, one JSON object a line, for operators and log forwarders.
 *
 * A command is session "1"; each nested session takes the next number below its parent ("1.1",
 * "1.2") and its name joins the message, so that the lines of one step can be found together.
 *
 * Lines are composed here without their time: whoever writes them knows it, at once or when what
 * they say has come true.
 */
import { messageOf } from "./errors.ts";

export interface Logger {
  info(message: string, data?: Readonly<Record<string, string>>): void;
  error(message: string, error: unknown, data?: Readonly<Record<string, string>>): void;
  /** A step inside this one. */
  session(name: string): Logger;
}

/** The log of one command. */
export interface BpmLog extends Logger {
  /** What `work` logs is not written but returned, for somebody who outlives this process. */
  later(work: () => void): string[];
}

/** Takes a line, a JSON object from behind the timestamp on: `"level":…}`. */
export type LineWriter = (line: string) => void;

export function openBpmLog(
  write: LineWriter,
  command: "start" | "stop" | "run",
  job: string,
  process: string,
): BpmLog {
  let current = write;
  const logger = createLogger((line) => current(line), `bpm.${command}`, { job, process });
  const later = (work: () => void) => {
    const lines: string[] = [];
    current = (line) => void lines.push(line);
    try {
      work();
    } finally {
      current = write;
    }
    return lines;
  };
  return { ...logger, later };
}

function createLogger(
  write: LineWriter,
  prefix: string,
  labels: Readonly<Record<string, string>>,
  session = "1",
): Logger {
  let children = 0;
  const log = (level: string, message: string, data: Readonly<Record<string, string>>) => {
    const line = {
      level,
      source: "bpm",
      message: `${prefix}.${message}`,
      data: sorted({ ...labels, ...data, session }),
    };
    write(JSON.stringify(line).slice("{".length));
  };
  return {
    info: (message, data = {}) => log("info", message, data),
    error: (message, error, data = {}) =>
      log("error", message, { ...data, error: messageOf(error) }),
    session: (name) => {
      children += 1;
      return createLogger(write, `${prefix}.${name}`, labels, `${session}.${children}`);
    },
  };
}

function sorted(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)));
}
