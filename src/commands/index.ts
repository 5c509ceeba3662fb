/**
 * bpm's commands. A new one is a file that exports a citty command, and a line here; it is loaded
 * only when it is called (or listed by help), so that none pays for the modules of another.
 */
import { defineCommand } from "citty";
import type { Cli, Commands } from "../cli/definition.ts";
import { UsageError } from "../report/errors.ts";

const commands: Commands = {
  __complete: async () => (await import("./complete.ts")).completeCommand(bpm),
  completion: async () => (await import("./completion.ts")).default,
  doctor: async () => (await import("./doctor.ts")).default,
  exec: async () => (await import("./exec.ts")).default,
  help: async () => (await import("./help.ts")).helpCommand(bpm),
  inspect: async () => (await import("./inspect.ts")).default,
  job: async () => (await import("./job.ts")).default,
  list: async () => (await import("./list.ts")).default,
  logs: async () => (await import("./logs.ts")).default,
  pid: async () => (await import("./pid.ts")).default,
  run: async () => (await import("./run.ts")).default,
  shell: async () => (await import("./shell.ts")).default,
  start: async () => (await import("./start.ts")).default,
  stop: async () => (await import("./stop.ts")).default,
  trace: async () => (await import("./trace.ts")).default,
  validate: async () => (await import("./validate.ts")).default,
  version: async () => (await import("./version.ts")).default,
};

const root = defineCommand({
  meta: { name: "bpm", description: "Starts, isolates and stops the processes of BOSH jobs" },
  subCommands: commands,
  run() {
    throw new UsageError("must specify a command");
  },
});

const withoutRoot = new Set(["__complete", "completion", "help", "job", "validate", "version"]);

export const bpm: Cli = { name: "bpm", root, commands, withoutRoot };
