/** A directory for one test, and states as bpm notes them down. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ProcessState } from "../../../src/lifecycle/state/state.ts";

export class Scratch implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "bpm-lifecycle-"));

  /** Writes files, with the directories above them. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), content);
    }
  }

  at(name: string): string {
    return join(this.path, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

const boot = "11111111-2222-3333-4444-555555555555";

/** A process that was started long ago, at a boot that is over. */
export function state(different: Partial<ProcessState> = {}): ProcessState {
  const identity = { pid: 4242, start_time: "1", boot_id: boot };
  return {
    id: "bpm-web",
    job: "web",
    process: "web",
    kind: "start",
    status: "running",
    ...identity,
    creator: identity,
    shutdown_signal: "TERM",
    cgroups: [],
    created: "2026-11-22T00:00:00.000Z",
    ...different,
  };
}
