/** `bpm job`: what a release's author wants to know of a job before it meets a director. */
import { defineCommand } from "citty";
import { UsageError } from "../report/errors.ts";

export default defineCommand({
  meta: { name: "job", description: "check and render the jobs of a release" },
  subCommands: {
    lint: async () => (await import("./job/lint.ts")).default,
    properties: async () => (await import("./job/properties.ts")).default,
    render: async () => (await import("./job/render.ts")).default,
  },
  run() {
    throw new UsageError("must specify a command");
  },
});
