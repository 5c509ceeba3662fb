/** Holding up a process between two system calls, to see what is true at that moment. */

import { readFileSync } from "node:fs";
import type { BoshRoot } from "./bosh-root.ts";
import { type CommandResult, exitStatus, plainEnvironment } from "./command.ts";
import { readProcessFile, readStat, statusField } from "./process.ts";
import type { Target } from "./strace.ts";
import { eventually } from "./wait.ts";

/** A run of bpm in which a process comes to stand still. */
class HeldUp implements AsyncDisposable {
  readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly result: Promise<CommandResult>;
  #tracer: number | undefined;

  constructor(argv: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = Bun.spawn([...argv], { env, cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
    this.result = resultOf(this.#child);
  }

  /** bpm itself. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Waits until `find` finds a process that stands still, and returns its pid. */
  async reached(find: () => number | undefined): Promise<number> {
    const pid = await eventually("a process that is held up", async () => {
      const found = find();
      return found !== undefined && (await standsStill(found)) ? found : undefined;
    });
    this.#tracer = Number(statusField(readFileSync(`/proc/${pid}/status`, "utf8"), "TracerPid"));
    return pid;
  }

  /** Everything goes on as if nothing had been: the kernel lets go of what strace has traced. */
  release(): void {
    if (this.#tracer === undefined) return;
    killIfThere(this.#tracer);
    this.#tracer = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
    await this.result;
  }
}

/** Runs bpm and holds up each process at its call of this ordinal: before or behind it. */
export function holdUp(
  root: BoshRoot,
  args: readonly string[],
  { name, ordinal }: Target,
  when: "delay_enter" | "delay_exit" = "delay_enter",
): HeldUp {
  // Longer than any test: it is released.
  const fault = `--inject=${name}:${when}=600000000:when=${ordinal}`;
  // The tracer is nobody's parent, so that bpm's exit status is to be had, and not
  // --seccomp-bpf: without its tracer the call that is held up would then fail.
  const options = ["-D", "-f", "-qq", `--trace=${name}`, fault, "-o", "/dev/null"];
  return new HeldUp(["strace", ...options, root.bpmProgram, ...args], {
    ...plainEnvironment,
    ...root.environment(),
  });
}

/** Its tracer stops a process for an instant at other calls, too. */
async function standsStill(pid: number): Promise<boolean> {
  const look = () => (readStat(pid)?.state === "t" ? readProcessFile(pid, "syscall") : undefined);
  const before = look();
  if (before === undefined) return false;
  await Bun.sleep(200);
  return look() === before;
}

async function resultOf(child: Bun.Subprocess<"ignore", "pipe", "pipe">): Promise<CommandResult> {
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  await child.exited;
  return { code: exitStatus(child), stdout, stderr };
}

/** A tracer may have ended with the last process that it traced. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
