/** What is measured: a BOSH root with two jobs, and OCI bundles of the very same sandboxes. */
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processPaths } from "../../src/bosh/process-paths.ts";
import { readConfig } from "../../src/config/read.ts";
import { gatherHostFacts } from "../../src/host/gather.ts";
import { ociText, toOci } from "../../src/plan/oci.ts";
import { noOverrides, planProcess } from "../../src/plan/plan.ts";
import { copyProduct, projectDirectory } from "../support/product.ts";

export interface Stage {
  readonly bpm: string;
  /** Directories with config.json and rootfs. */
  readonly server: string;
  readonly errand: string;
}

const limits = "limits: {memory: 256M, open_files: 1024, processes: 50}";

const jobs: Readonly<Record<string, string>> = {
  server: `processes: [{name: server, executable: /bin/sleep, args: [1000], ${limits}}]`,
  errand: `processes: [{name: errand, executable: /bin/true, ${limits}}]`,
};

/** Sets BPM_BOSH_ROOT of this process, and so of what it starts. */
export function setStage(): Stage {
  const root = mkdtempSync("/tmp/bench-");
  process.env["BPM_BOSH_ROOT"] = root;
  for (const name of ["data/packages", "packages", "store", "sys/log", "sys/run", "bin"]) {
    mkdirSync(join(root, name), { recursive: true });
  }
  copyProduct(join(root, "bin"));
  for (const [job, text] of Object.entries(jobs)) {
    const config = join(root, "data/jobs", job, "config");
    mkdirSync(config, { recursive: true });
    mkdirSync(join(root, "jobs"), { recursive: true });
    symlinkSync(join(root, "data/jobs", job), join(root, "jobs", job));
    writeFileSync(join(config, "bpm.yml"), text);
  }
  const bpm = join(root, "bin/bpm");
  // Makes the directories that the bundles bind.
  for (const job of Object.keys(jobs)) Bun.spawnSync([bpm, "start", job]);
  for (const job of Object.keys(jobs)) Bun.spawnSync([bpm, "stop", job]);
  return { bpm, server: makeBundle(root, "server"), errand: makeBundle(root, "errand") };
}

function makeBundle(root: string, job: string): string {
  const paths = processPaths({ root }, job, job);
  const [config] = readConfig({ file: paths.configFile.external(), job }).processes;
  if (config === undefined) throw new Error(`bpm.yml of ${job} has no process`);
  const facts = gatherHostFacts(paths, config, noOverrides);
  const unique = "00000000";
  const plan = planProcess({ paths, config, facts, overrides: noOverrides, unique });
  const policy = readFileSync(join(projectDirectory, "zig/src/sandbox/seccomp/policy.txt"), "utf8");
  const bundle = join(root, "bundles", job);
  mkdirSync(join(bundle, "rootfs"), { recursive: true });
  const spec = JSON.parse(ociText(toOci(plan, config.limits, policy)));
  spec.root.path = join(bundle, "rootfs");
  writeFileSync(join(bundle, "config.json"), JSON.stringify(spec));
  return bundle;
}
