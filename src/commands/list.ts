/** `bpm list`: every process of every job, and what it is doing. Scripts read it by column. */
import { defineCommand } from "citty";
import { boshRoot } from "../bosh/paths.ts";
import { processStatus } from "../lifecycle/state/status.ts";
import { print } from "../report/stdout.ts";
import { table } from "../report/table.ts";

export default defineCommand({
  meta: { name: "list", description: "list the processes of all jobs, their pids and states" },
  args: {
    wide: { type: "boolean", description: "show uptime, memory, tasks, and why it failed" },
    json: { type: "boolean", description: "print a JSON document" },
  },
  async run({ args }) {
    const { listedProcesses } = await import("./list/listing.ts");
    const processes = listedProcesses(boshRoot(process.env));
    if (args.json || args.wide) {
      const { listDocument, wideTable } = await import("./list/observations.ts");
      return print(args.json ? listDocument(processes) : wideTable(processes));
    }
    const rows = processes.map(({ root, job, process, name }) => {
      const { status, pid } = processStatus(root, job, process);
      return [name, String(pid ?? "-"), status];
    });
    await print(table([["Name", "Pid", "Status"], ...rows]));
  },
});
