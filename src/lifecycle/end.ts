/** Ending a process in an orderly way. */
import { signalNumber } from "../report/signal.ts";
import type { Session } from "./session.ts";
import type { ProcessState } from "./state/state.ts";

/**
 * How long each signal gets, in milliseconds. Together, and with what ending the holder of the lock
 * takes (holders.ts), they stay below the 30 seconds after which monit gives up.
 */
const patience = { first: 15_000, quit: 2_000 } as const;

/**
 * The configured signal, then QUIT. Who is still there after that is to be killed with the cgroup.
 * Whether it has ended.
 */
export function end({ core, log }: Session, state: ProcessState): boolean {
  const { pid, start_time, shutdown_signal } = state;
  const send = (signal: number, wait_ms: number) =>
    core.signal({ pid, start_time, signal, wait_ms }).gone;
  const steps = [
    { signal: signalNumber(shutdown_signal), wait_ms: patience.first },
    { signal: signalNumber("QUIT"), wait_ms: patience.quit },
  ];
  // A stopped process finds the signal when it is continued, as with systemd (systemd.kill(5)); the
  // init passes both on.
  const hasEnded = steps.some(
    ({ signal, wait_ms }) => send(signal, 0) || send(signalNumber("CONT"), wait_ms),
  );
  if (!hasEnded) log.error("failed-to-stop", "failed to stop job within timeout");
  return hasEnded;
}
