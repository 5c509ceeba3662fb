/** `bpm list`: every process of every job, and what it is doing. Scripts read it by column. */
import { defineCommand } from "citty";
import { boshRoot } from "../bosh/paths.ts";
import { print } from "../report/stdout.ts";
import { table } from "../report/table.ts";

export default defineCommand({
  meta: { name: "list", description: "list the processes of all jobs, their pids and states" },
  async run() {
    const { listedProcesses } = await import("./listing.ts");
    const rows = listedProcesses(boshRoot(process.env));
    await print(table([["Name", "Pid", "Status"], ...rows]));
  },
});
