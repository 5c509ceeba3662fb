/** Running a command to its end and collecting what it said. */

import { constants } from "node:os";
import { slowness } from "./wait.ts";

export interface CommandOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly seconds?: number;
}

export interface CommandResult {
  /** The exit status, or 128 and the signal's number, as a shell has it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What every command of a test finds in its environment; nothing of the tests' own. */
export const plainEnvironment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
} as const;

/** Runs a command; one that does not end in time is killed and makes the test fail. */
export async function run(
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = Bun.spawn([...argv], {
    env: { ...plainEnvironment, ...options.env },
    cwd: options.cwd ?? "/",
    stdin: options.stdin === undefined ? "ignore" : new Blob([options.stdin]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const seconds = (options.seconds ?? 60) * slowness;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, seconds * 1000);
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  await child.exited;
  clearTimeout(timer);
  const result = { code: exitStatus(child), stdout, stderr };
  if (late) throw new Error(`not done after ${seconds} s: ${describe(argv, result)}`);
  return result;
}

/** Runs a command that must succeed. */
export async function mustRun(
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await run(argv, options);
  if (result.code !== 0) throw new Error(describe(argv, result));
  return result;
}

/** The exit status of a child that has ended, as a shell has it. */
export function exitStatus(child: Bun.Subprocess): number {
  const { signalCode } = child;
  if (signalCode === null) return child.exitCode ?? -1;
  return 128 + (typeof signalCode === "number" ? signalCode : constants.signals[signalCode]);
}

/** A command and what came of it, for a failed test's message. */
export function describe(argv: readonly string[], result: CommandResult): string {
  const { code, stdout, stderr } = result;
  return `${argv.join(" ")}: exit status ${code}\n${stdout}${stderr}`;
}

/** Rows for `test.each`: each command line as its title and as its words. */
export function commandLines(...lines: string[]): [title: string, words: string[]][] {
  return lines.map((line) => [line, line.split(" ").filter((word) => word !== "")]);
}
