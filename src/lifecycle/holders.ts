/**
 * Who holds the lifecycle lock while `bpm stop` wants it: a `bpm run`, for as long as it lasts, or
 * a `bpm start` that is at it. They are ended without the lock, each in its way; another stop is
 * waited for.
 */
import { isAlive, type ProcessIdentity } from "../host/process.ts";
import { signalNumber } from "../report/signal.ts";
import { end } from "./end.ts";
import type { Session } from "./session.ts";
import { type ProcessState, readState } from "./state/state.ts";

/**
 * In milliseconds: a look at the lock; what a hook and its guard get to end; what a start, or the
 * supervisor of a run, gets to finish by itself; and what it then gets for each signal.
 */
const patience = { look: 10, hook: 5_000, unfinished: 5_000, signal: 2_000 } as const;

/** Returns with the lock; whether anything was ended for it. */
export function takeLock(session: Session): boolean {
  const { core, lockFd, paths } = session;
  const request = { fd: lockFd, path: paths.lockFile.external(), wait: false } as const;
  const holders = new Holders(session);
  while (!core.lock(request).acquired) {
    const state = readState(paths.stateDir.external());
    if (state !== undefined && state !== "unreadable" && holders.endOne(state)) continue;
    Bun.sleepSync(patience.look);
  }
  return holders.ended;
}

class Holders {
  ended = false;
  readonly #session: Session;
  /** Whose turn it is, and since when. */
  #creator = "";
  #since = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Whether something was done, so that it is worth looking again. */
  endOne(state: ProcessState): boolean {
    const { core, log } = this.#session;
    if (state.kind === "run" && state.status === "running" && isAlive(state)) {
      log.info("ending-run");
      this.#endRun(state);
    } else if (state.hook !== undefined && isAlive(state.hook)) {
      log.info("ending-hook");
      this.#signal(state.hook, signalNumber("TERM"), patience.hook);
    } else if (this.#isOverdue(state)) {
      log.info("ending-unfinished", { pid: String(state.creator.pid) });
      this.#endCreator(state);
      // What it had cloned has the lock, too, and goes with it, unless something holds that.
      if (state.status === "creating") core.destroy({ cgroups: state.cgroups });
    } else {
      return false;
    }
    this.ended = true;
    return true;
  }

  /** Its supervisor cleans up after it, unless nobody reads its output, or it was suspended. */
  #endRun(state: ProcessState): void {
    end(this.#session, state);
    this.#session.core.destroy({ cgroups: state.cgroups });
    if (!this.#signal(state.creator, 0, patience.signal)) this.#endCreator(state);
  }

  /** What it was making is removed by whoever has the lock next. */
  #endCreator({ creator }: ProcessState): void {
    [signalNumber("TERM"), signalNumber("KILL")].some((signal) =>
      this.#signal(creator, signal, patience.signal),
    );
  }

  /** A bpm that is suspended, or waits for what does not come, would hold the lock for ever. */
  #isOverdue({ status, creator }: ProcessState): boolean {
    // Without its creator, a process that was started is being ended by another stop.
    if (status === "running" && !isAlive(creator)) return false;
    const name = `${creator.pid} ${creator.start_time}`;
    if (this.#creator !== name) [this.#creator, this.#since] = [name, performance.now()];
    return performance.now() - this.#since > patience.unfinished;
  }

  #signal({ pid, start_time }: ProcessIdentity, signal: number, wait_ms: number): boolean {
    return this.#session.core.signal({ pid, start_time, signal, wait_ms }).gone;
  }
}
