/** Starts bpm-init as the launching child does: descriptors at fixed numbers, a message in one. */

import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handoff, type Step, steps } from "../../../zig/zig-out/contract.ts";
import { mustRun } from "../../support/command.ts";
import { childrenOf } from "../../support/process.ts";
import { initProgram } from "../../support/programs.ts";
import { eventually } from "../../support/wait.ts";

const { magic, begun, reportBytes, stepOffset, subjectOffset } = handoff;

export interface Start {
  readonly argv: readonly string[];
  readonly env?: readonly string[];
  /** Default: the directory with the files that are handed over. */
  readonly cwd?: string;
  readonly subreaper?: boolean;
  readonly dieWithParent?: boolean;
  /** False: nobody holds the reading end of the status pipe, as when bpm has been killed. */
  readonly reader?: boolean;
  /** Content of the cgroup's file with the oom_kill line. */
  readonly oomEvents?: string;
  /** Sent instead of a message made from the above. */
  readonly message?: Uint8Array;
  /** The init is started by this shell command, which finds its argv in "$@". */
  readonly through?: string;
}

export interface Report {
  readonly errno: number;
  readonly step: Step | undefined;
  readonly subject: string;
}

export interface ExitRecord {
  readonly exit_code: number | null;
  readonly signal: number | null;
  readonly oom_killed: boolean;
  readonly ended_ms: number;
  readonly ended_boot_ms: number;
}

class Init {
  readonly process: Bun.Subprocess;
  readonly directory: string;
  readonly #reader: number;

  constructor(process: Bun.Subprocess, directory: string, reader: number) {
    this.process = process;
    this.directory = directory;
    this.#reader = reader;
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  text(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  /** Reads the status pipe to its end, as bpm does: null when the job runs. */
  async report(): Promise<Report | null> {
    const bytes = await readToEnd(this.#reader);
    if (bytes[0] !== begun) throw new Error("the init has not begun");
    if (bytes.length === 1) return null;
    if (bytes.length !== 1 + reportBytes) throw new Error(`a report of ${bytes.length} bytes`);
    const report = bytes.subarray(1);
    return {
      errno: report.readInt32LE(0),
      step: steps[report.readUInt32LE(stepOffset)],
      subject: textAt(report, subjectOffset),
    };
  }

  /** Sends a signal to the init and waits for its end; returns its exit status. */
  async endWith(signal: number): Promise<number> {
    await sendSignal(this.process.pid, signal);
    return this.process.exited;
  }

  /** Waits until the job's executable runs, and returns its pid. */
  async mainPid(): Promise<number> {
    const report = await this.report();
    if (report !== null) throw new Error(`the job does not run: ${JSON.stringify(report)}`);
    const [pid] = childrenOf(this.process.pid);
    if (pid === undefined) throw new Error("the init has no child");
    return pid;
  }

  record(): ExitRecord {
    return JSON.parse(this.text("record")) as ExitRecord;
  }
}

const directories: string[] = [];

/** Removes what the tests have made. */
export function removeDirectories(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
}

export function startInit(start: Start): Init {
  const directory = mkdtempSync(join(tmpdir(), "bpm-init-"));
  directories.push(directory);
  const path = (name: string): string => join(directory, name);
  writeFileSync(path("message"), start.message ?? encodeMessage(start));
  writeFileSync(path("record"), "");
  writeFileSync(path("pidfile"), "4711");
  writeFileSync(path("oom"), start.oomEvents ?? "");
  const { reader, writer } = openPipe(path("status"));
  if (start.reader === false) closeSync(reader);
  const [stdout, stderr] = [openSync(path("stdout"), "a"), openSync(path("stderr"), "a")];
  const handedOver = [
    writer,
    openSync(path("message"), "r"),
    openSync(path("record"), "r+"),
    openSync(path("pidfile"), "r+"),
    openSync(path("oom"), "r"),
  ];
  const child = Bun.spawn({
    cmd: ["/bin/bash", "-c", start.through ?? 'exec "$@"', "bash", ...cleanInit],
    cwd: start.cwd ?? directory,
    env: {},
    stdio: ["ignore", stdout, stderr, ...handedOver],
  });
  for (const fd of [stdout, stderr, ...handedOver]) closeSync(fd);
  return new Init(child, directory, reader);
}

/** The engine that runs the tests ignores SIGPIPE; a launching child resets all signals. */
const cleanInit = ["/usr/bin/env", "-i", "--default-signal", initProgram];

/** A FIFO behaves as a pipe once both ends are open. */
export function openPipe(path: string): { reader: number; writer: number } {
  const made = Bun.spawnSync(["mkfifo", path]);
  if (!made.success) throw new Error(`mkfifo ${path} failed`);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(path, constants.O_WRONLY) };
}

export function encodeMessage(start: Start): Uint8Array {
  const env = start.env ?? ["PATH=/usr/bin:/bin"];
  const header = Uint32Array.of(
    magic,
    start.argv.length,
    env.length,
    start.subreaper ? 1 : 0,
    start.dieWithParent ? 1 : 0,
    1,
    1,
    start.oomEvents === undefined ? 0 : 1,
  );
  const strings = [...start.argv, ...env].map((text) => `${text}\0`).join("");
  return Buffer.concat([Buffer.from(header.buffer), Buffer.from(strings)]);
}

/** Any number from 1 to 64; the engine's own kill knows names only. */
export async function sendSignal(pid: number, signal: number): Promise<void> {
  if (!(pid > 1)) throw new Error(`no process to signal: ${pid}`); // 0 is the tests' own group
  await mustRun(["/bin/kill", `-${signal}`, String(pid)]);
}

async function readToEnd(fd: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  await eventually("the end of the status pipe", () => {
    const part = readSome(fd);
    if (part !== undefined) parts.push(part);
    return part?.length === 0;
  });
  closeSync(fd);
  return Buffer.concat(parts);
}

/** Undefined when the pipe is open but empty. */
function readSome(fd: number): Buffer | undefined {
  const buffer = Buffer.alloc(4096);
  try {
    return buffer.subarray(0, readSync(fd, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
    throw error;
  }
}

function textAt(bytes: Buffer, offset: number): string {
  return bytes.toString("utf8", offset, bytes.indexOf(0, offset));
}
