/** Paths that will not exist inside the sandbox: the commonest surprise of a job's move to bpm. */
import { isWithin } from "../bosh/paths.ts";
import type { Finding } from "../config/finding.ts";
import { boshRoot } from "../config/rules.ts";
import type { LintContext } from "./lint.ts";
import { jobTrees, systemTrees, type Tree, volumeTrees } from "./sandbox-trees.ts";

export function lintPaths(context: LintContext): Finding[] {
  const { process, places, reader } = context;
  const { executable, workdir } = process;
  const args = process.args ?? [];
  const env = process.env ?? {};
  const trees = [...volumeTrees(process, reader), ...boshTrees(context)];
  const missing = (owner: object, key: string | number, text: string): Finding[] =>
    mentionedPaths(text)
      .filter((path) => !trees.some((tree) => isRelated(path, tree.path)))
      .map((path) => places.finding(owner, key, `${path} ${absent(path, reader.job)}`));
  return [
    ...lintExecutable(context, trees),
    ...missing(process, "executable", executable),
    ...missing(process, "workdir", workdir),
    ...args.flatMap((text, index) => missing(args, index, text)),
    ...Object.entries(env)
      // A search path may name directories that are not there.
      .filter(([name]) => !name.endsWith("PATH"))
      .flatMap(([name, text]) => missing(env, name, text)),
  ];
}

/** A directory above a visible one is there as well, if only to hold that. */
function isRelated(path: string, visible: string): boolean {
  return isWithin(path, visible) || isWithin(visible, path);
}

/** Without knowing the job, whatever could be its own is taken for that. */
function boshTrees({ process, reader: { job } }: LintContext): Tree[] {
  if (job !== undefined) return jobTrees(process, job);
  return ["packages", "jobs", "data", "store", "sys/log"].map((directory) => ({
    path: `${boshRoot}/${directory}`,
    executable: true,
  }));
}

/** Paths below the BOSH root within a text, up to where they cease to be fixed. */
function mentionedPaths(text: string): string[] {
  const found = text.match(/(?<![\w.-])\/var\/vcap(?:\/[\w.@%+-]+)*/g) ?? [];
  return [...new Set(found.map((path) => path.replace(/\.+$/, "")))];
}

function absent(path: string, job: string | undefined): string {
  const advice =
    job !== undefined && isWithin(path, `${boshRoot}/data/${job}`)
      ? "set ephemeral_disk: true"
      : job !== undefined && isWithin(path, `${boshRoot}/store/${job}`)
        ? "set persistent_disk: true"
        : "a volume with mount_only: true would show it";
  return `will not exist inside the sandbox; ${advice}`;
}

function lintExecutable({ process, places }: LintContext, trees: readonly Tree[]): Finding[] {
  const { executable } = process;
  if (!executable.startsWith("/")) return [];
  const innermost = [...trees, ...systemTrees]
    .filter(({ path }) => isWithin(executable, path))
    .sort((one, other) => other.path.length - one.path.length)[0];
  if (innermost?.executable) return [];
  if (innermost) {
    const message =
      `nothing in ${innermost.path} can be executed inside the sandbox; ` +
      "a volume with allow_executions: true could";
    return [places.finding(process, "executable", message)];
  }
  if (isWithin(executable, boshRoot)) return [];
  const message = `${executable} will not exist inside the sandbox`;
  return [places.finding(process, "executable", message)];
}
