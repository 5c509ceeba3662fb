/** Each row: the same thing done by bpm, crun and runc. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { table } from "../../src/report/table.ts";
import { cacheDirectory } from "../support/product.ts";
import { setStage } from "./stage.ts";

interface Contestant {
  readonly command: string;
  /** Run before each measurement, not measured. */
  readonly prepare?: string;
}

const runs = process.env["BENCH_RUNS"] ?? "30";
const results = join(cacheDirectory, "bench");
mkdirSync(results, { recursive: true });
// Debian 12's crun knows no hierarchies beside unified; this is our own mount namespace.
spawnSync("umount", ["/sys/fs/cgroup/unified"], { stdio: "ignore" });

const { bpm, server, errand } = setStage();
const oci = (tool: string) => ({
  start: `${tool} run --detach --bundle ${server} bench-${tool}`,
  delete: `${tool} delete --force bench-${tool}`,
  run: `${tool} run --bundle ${errand} bench-${tool}`,
});
const quietly = (command: string) => `sh -c '${command} >/dev/null 2>&1 </dev/null; true'`;

const rows: Readonly<Record<string, readonly Contestant[]>> = {
  start: [
    { command: `${bpm} start server`, prepare: `${bpm} stop server` },
    ...["crun", "runc"].map((tool) => ({
      command: oci(tool).start,
      prepare: quietly(oci(tool).delete),
    })),
  ],
  stop: [
    { command: `${bpm} stop server`, prepare: `${bpm} start server` },
    ...["crun", "runc"].map((tool) => ({
      command: oci(tool).delete,
      prepare: quietly(`${oci(tool).delete}; ${oci(tool).start}`),
    })),
  ],
  run: [
    { command: `${bpm} run errand` },
    ...["crun", "runc"].map((tool) => ({ command: oci(tool).run })),
  ],
  list: ["list", "list", "list"].map((verb, index) => ({
    command: `${[bpm, "crun", "runc"][index]} ${verb}`,
  })),
  pid: [
    { command: `${bpm} pid server`, prepare: `${bpm} start server` },
    ...["crun", "runc"].map((tool) => ({ command: `${tool} state bench-${tool}` })),
  ],
  version: [
    { command: `${bpm} version` },
    { command: "crun --version" },
    { command: "runc --version" },
  ],
};

const lines = [["", "bpm ms", "crun ms", "runc ms", "crun/bpm", "runc/bpm"]];
for (const tool of ["crun", "runc"]) spawnSync("sh", ["-c", oci(tool).delete], { stdio: "ignore" });
for (const [name, contestants] of Object.entries(rows)) {
  if (name === "pid") startAll();
  const medians = measure(name, contestants);
  const [own = NaN] = medians;
  const ratios = medians.slice(1).map((median) => (median / own).toFixed(2));
  lines.push([name, ...medians.map((median) => median.toFixed(1)), ...ratios]);
}
endAll();
console.log(`\nMedians of ${runs} runs each, one after the other, in one go:\n`);
console.log(table(lines));

/** Medians in milliseconds; NaN for a contestant that failed. */
function measure(name: string, contestants: readonly Contestant[]): number[] {
  return contestants.map(({ command, prepare }, index) => {
    const file = join(results, `${name}-${index}.json`);
    const preparing = prepare === undefined ? [] : ["--prepare", prepare];
    const { status } = spawnSync(
      "hyperfine",
      [
        "--shell=none",
        "--warmup=3",
        `--runs=${runs}`,
        "--style=none",
        ...preparing,
        `--export-json=${file}`,
        command,
      ],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    if (status !== 0) return NaN;
    return JSON.parse(readFileSync(file, "utf8")).results[0].median * 1000;
  });
}

function startAll(): void {
  spawnSync(bpm, ["start", "server"], { stdio: "ignore" });
  for (const tool of ["crun", "runc"]) {
    spawnSync("sh", ["-c", `${oci(tool).delete}; ${oci(tool).start}`], { stdio: "ignore" });
  }
}

function endAll(): void {
  spawnSync(bpm, ["stop", "server"], { stdio: "ignore" });
  for (const tool of ["crun", "runc"]) {
    spawnSync("sh", ["-c", oci(tool).delete], { stdio: "ignore" });
  }
}
