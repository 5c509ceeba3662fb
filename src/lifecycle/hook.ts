/** The pre_start hook: a program on the host, as root, with its output in the process's logs. */
import { closeSync, constants as files, openSync, readSync } from "node:fs";
import { constants } from "node:os";
import type { AwaitHookResponse, HookRequest } from "../core/documents.ts";
import { CoreError } from "../core/error.ts";
import { bootId, type ProcessIdentity } from "../host/process.ts";
import { BpmError, isSystemError } from "../report/errors.ts";
import type { Session } from "./session.ts";

/**
 * Runs the hook to its end; throws where that is no success. `note` is told what ends the hook
 * while it runs: it also ends with this process.
 */
export function runHook(
  { core }: Session,
  hook: HookRequest,
  note: (guard: ProcessIdentity) => void,
): void {
  const { pid, start_time, result } = started(() => core.hook(hook), hook);
  try {
    note({ pid, start_time, boot_id: bootId() });
  } catch (error) {
    core.signal({ pid, start_time, signal: constants.signals.SIGTERM, wait_ms: 0 });
    core.awaitHook({ pid, result });
    throw error;
  }
  const ended = core.awaitHook({ pid, result });
  if (ended.exit_code === 0 && !ended.told_to_end) return;
  throw new BpmError("pre-start", `prestart hook failed: ${howItEnded(ended)}`, {
    hint: `Its output is in the process's logs; the hook is ${hook.executable}.`,
  });
}

function howItEnded({ exit_code, signal, told_to_end }: AwaitHookResponse): string {
  if (told_to_end) return "it was told to end, as bpm stop does";
  return exit_code === null ? `signal ${signal}` : `exit status ${exit_code}`;
}

function started<Started>(start: () => Started, { executable }: HookRequest): Started {
  try {
    return start();
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    const line = firstLine(executable);
    const hint = (line === undefined ? undefined : hookHint(error.errno, line)) ?? error.hint;
    throw new BpmError("pre-start", `prestart hook failed: ${error.message}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** What is wrong with a hook that is there but cannot be executed, by its first line. */
function hookHint(errno: string, line: string): string | undefined {
  const interpreter = /^#!\s*([^\s]+)/.exec(line)?.[1];
  if (errno === "ENOENT" && interpreter !== undefined) {
    return line.endsWith("\r")
      ? `Its first line ends in a carriage return, which Linux takes for a part of the name ` +
          `${interpreter}: save it with Unix line ends.`
      : `Its first line names ${interpreter}, which is not there.`;
  }
  if (errno !== "ENOEXEC") return undefined;
  return line.startsWith("\u007fELF") || interpreter !== undefined
    ? "It, or its interpreter, is not whole, or was built for another machine."
    : "It needs a first line that names its interpreter, such as #!/bin/bash.";
}

/** As much of it as the kernel looks at (execve(2)); undefined where it cannot be read. */
function firstLine(path: string): string | undefined {
  const bytes = new Uint8Array(256);
  try {
    const fd = openSync(path, files.O_RDONLY | files.O_NONBLOCK);
    try {
      const length = readSync(fd, bytes);
      return Buffer.from(bytes.subarray(0, length)).toString("latin1").split("\n")[0];
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
