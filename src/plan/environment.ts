/** The process's environment: what bpm.yml and the command line give, and defaults for the rest. */
import type { ProcessPaths } from "../bosh/process-paths.ts";

/** Lines KEY=value, sorted by key. Later overrides win over earlier ones and over bpm.yml. */
export function planEnvironment(
  paths: ProcessPaths,
  env: Readonly<Record<string, string>>,
  overrides: readonly (readonly [string, string])[],
): string[] {
  const variables = new Map([...defaults(paths), ...Object.entries(env), ...overrides]);
  return [...variables].sort(([a], [b]) => a < b ? -1 : 1).map(([key, value]) => `${key}=${value}`);
}

function defaults(paths: ProcessPaths): [string, string][] {
  const bin = `${paths.jobDir.internal()}/bin`;
  return [
    ["HOME", paths.dataDir.internal()],
    ["LANG", "en_US.UTF-8"],
    ["PATH", `${bin}:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin:.`],
    ["TMPDIR", paths.tmpDir.internal()],
  ];
}
