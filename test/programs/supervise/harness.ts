/** Runs bpm-supervise with a shell command in the place of the init, as `bpm run` starts it. */

import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SuperviseRequest } from "../../../src/core/documents.ts";
import { superviseProgram } from "../../support/programs.ts";

export interface Run {
  /** The init, as a shell script; its directory is the working directory. */
  readonly script: string;
  readonly stdout?: number;
  readonly stderr?: number;
  /** Opened in the place of the log of stdout. */
  readonly stdoutLog?: string;
  readonly request?: Partial<SuperviseRequest>;
  /** A command that runs before the supervisor in its process, and executes its arguments. */
  readonly before?: readonly string[];
}

const directories: string[] = [];

/** Removes what the tests have made. */
export function removeDirectories(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
}

/** Where the descriptors are for the supervisor; 3 is the request. */
const descriptors = {
  stdout_pipe: 4,
  stderr_pipe: 5,
  stdout_log: 6,
  stderr_log: 7,
  bpm_log: 8,
} as const;

/** The supervisor's descriptors are not for the init, which begins when bash cannot reap it. */
const init = 'until ! grep -q bash /proc/$PPID/comm; do sleep 0.01; done; eval "$0"';
const launch = `
  env --default-signal sh -c '${init}' "$1" \\
    >out.fifo 2>err.fifo 4<&- 5<&- 6>&- 7>&- 8>&- &
  pid=$!
  sed 's/"PID"/'$pid'/' request.template >request
  exec 3<request
  shift
  exec env -i --default-signal "$@"
`;

export class Supervisor {
  readonly process: Bun.Subprocess;
  readonly directory: string;

  constructor(process: Bun.Subprocess, directory: string) {
    this.process = process;
    this.directory = directory;
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** A file in the directory; empty as long as there is none. */
  text(name: string): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), "utf8") : "";
  }
}

export function supervise(run: Run): Supervisor {
  const directory = mkdtempSync(join(tmpdir(), "bpm-supervise-"));
  directories.push(directory);
  const path = (name: string): string => join(directory, name);
  mkdirSync(path("state"));
  writeFileSync(path("state/state.json"), "{}");
  const request = { pid: "PID", ...defaults(directory), ...run.request };
  writeFileSync(path("request.template"), JSON.stringify(request));
  Bun.spawnSync(["mkfifo", path("out.fifo"), path("err.fifo")]);
  const append = (name: string): number => openSync(name, "a");
  const files = [
    openSync("/dev/null", "r"),
    openSync(path("out.fifo"), constants.O_RDONLY | constants.O_NONBLOCK),
    openSync(path("err.fifo"), constants.O_RDONLY | constants.O_NONBLOCK),
    append(run.stdoutLog ?? path("stdout.log")),
    append(path("stderr.log")),
    append(path("bpm.log")),
  ];
  const [stdout, stderr] = [append(path("stdout")), append(path("stderr"))];
  const argv = [run.script, ...(run.before ?? []), superviseProgram];
  const child = Bun.spawn({
    cmd: ["/bin/bash", "-c", launch, "bash", ...argv],
    cwd: directory,
    stdio: ["ignore", run.stdout ?? stdout, run.stderr ?? stderr, ...files],
  });
  for (const fd of [...files, stdout, stderr]) closeSync(fd);
  return new Supervisor(child, directory);
}

function defaults(directory: string): Omit<SuperviseRequest, "pid"> {
  return {
    ...descriptors,
    exit_record: join(directory, "state/exit.json"),
    failure_prefix: "failed to run job-process",
    memory_notice: "Warning: memory ran out\n",
    on_out_of_memory: ['"level":"error","message":"out-of-memory"}'],
    on_success: ['"level":"info","message":"complete"}'],
    on_failure: [
      '"level":"error","error":"exit status {status}","reason":"{reason}"}',
      '"level":"info"}',
    ],
    cgroups: [],
    unlink: ["state.json", "exit.json", "none"].map((name) => join(directory, "state", name)),
    rmdir: [join(directory, "state"), join(directory, "none")],
  };
}
