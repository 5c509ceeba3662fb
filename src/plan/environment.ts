/** The process's environment: what bpm.yml and the command line give, and defaults for the rest. */
import type { ProcessPaths } from "../bosh/process-paths.ts";

type Variables = readonly (readonly [key: string, value: string])[];

/** Lines KEY=value, sorted by key. Later overrides win over earlier ones and over bpm.yml. */
export function planEnvironment(
  paths: ProcessPaths,
  env: Readonly<Record<string, string>>,
  overrides: Variables,
): string[] {
  return lines([...defaults(paths), ...Object.entries(env), ...overrides]);
}

/**
 * The same for a pre_start hook. It runs as root, so no default names a place that vcap can write
 * to: programs run code of a HOME, and `.` in PATH is wherever the hook happens to be.
 */
export function planHookEnvironment(
  paths: ProcessPaths,
  env: Readonly<Record<string, string>>,
  overrides: Variables,
): string[] {
  return lines([...hookDefaults(paths), ...Object.entries(env), ...overrides]);
}

function defaults(paths: ProcessPaths): Variables {
  return [
    ["HOME", paths.dataDir.internal()],
    ["LANG", language],
    ["PATH", `${searchPath(paths)}:.`],
    ["TMPDIR", paths.tmpDir.internal()],
  ];
}

function hookDefaults(paths: ProcessPaths): Variables {
  return [
    ["HOME", "/root"],
    ["LANG", language],
    ["PATH", searchPath(paths)],
  ];
}

const language = "en_US.UTF-8";

function searchPath(paths: ProcessPaths): string {
  const bin = `${paths.jobDir.internal()}/bin`;
  return `${bin}:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin`;
}

function lines(variables: Variables): string[] {
  const last = new Map(variables);
  return [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`);
}
