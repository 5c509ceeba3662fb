/** Every path that belongs to one process of one job, and those that all of them share. */
import { containerId, encodeName } from "./container-id.ts";
import { checkName } from "./names.ts";
import { BoshPath, type BoshRoot, type HostPath } from "./paths.ts";

export interface SharedPaths {
  readonly jobs: BoshPath;
  readonly packages: BoshPath;
  readonly dataPackages: BoshPath;
  readonly store: BoshPath;
  /** Locks of processes and of volumes. */
  readonly locks: BoshPath;
  /** Parent of every job's pid directory. */
  readonly pids: BoshPath;
  /** Parent of every process's state directory. */
  readonly states: BoshPath;
}

export interface ProcessPaths extends SharedPaths {
  readonly root: BoshRoot;
  readonly job: string;
  readonly process: string;
  /** The container id. */
  readonly id: string;
  readonly jobDir: BoshPath;
  readonly configFile: BoshPath;
  readonly dataDir: BoshPath;
  readonly tmpDir: BoshPath;
  readonly storeDir: BoshPath;
  readonly logDir: BoshPath;
  readonly stdoutLog: BoshPath;
  readonly stderrLog: BoshPath;
  readonly bpmLog: BoshPath;
  readonly runDir: BoshPath;
  readonly pidDir: BoshPath;
  readonly pidFile: BoshPath;
  readonly stateDir: BoshPath;
  readonly lockFile: BoshPath;
}

export function sharedPaths(root: BoshRoot): SharedPaths {
  return {
    jobs: new BoshPath(root, "jobs"),
    packages: new BoshPath(root, "packages"),
    dataPackages: new BoshPath(root, "data/packages"),
    store: new BoshPath(root, "store"),
    locks: new BoshPath(root, "data/bpm/locks"),
    pids: new BoshPath(root, "sys/run/bpm"),
    states: new BoshPath(root, "sys/run/bpm-state"),
  };
}

/** The paths of a process. Refuses names that no path may be made of. */
export function processPaths(root: BoshRoot, job: string, process: string): ProcessPaths {
  checkName("job", job);
  checkName("process", process);
  const at = (relative: string) => new BoshPath(root, relative);
  const id = containerId(job, process);
  const lock = encodeName(`${job}.${process}`);
  return {
    ...sharedPaths(root),
    root,
    job,
    process,
    id,
    jobDir: at(`jobs/${job}`),
    configFile: at(`jobs/${job}/config/bpm.yml`),
    dataDir: at(`data/${job}`),
    tmpDir: at(`data/${job}/tmp`),
    storeDir: at(`store/${job}`),
    logDir: at(`sys/log/${job}`),
    stdoutLog: at(`sys/log/${job}/${process}.stdout.log`),
    stderrLog: at(`sys/log/${job}/${process}.stderr.log`),
    bpmLog: at(`sys/log/${job}/bpm.log`),
    runDir: at(`sys/run/${job}`),
    pidDir: at(`sys/run/bpm/${job}`),
    pidFile: at(`sys/run/bpm/${job}/${process}.pid`),
    stateDir: at(`sys/run/bpm-state/${id}`),
    lockFile: at(`data/bpm/locks/job-${lock}.lock`),
  };
}

/** The lock held while a volume is made a shared mount: one for each volume, whoever uses it. */
export function volumeLock(root: BoshRoot, volume: HostPath): BoshPath {
  const name = new Bun.CryptoHasher("sha256").update(volume).digest("hex");
  return new BoshPath(root, `data/bpm/locks/vol-${name}.lock`);
}
