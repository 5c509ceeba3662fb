/**
 * Holds plans against the OCI documents that the Go implementation of bpm generated for the same
 * files. They are not part of this project, so without them the test is skipped.
 */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { processPaths } from "../../../src/bosh/process-paths.ts";
import { parseConfig } from "../../../src/config/parse.ts";
import { glob } from "../../../src/host/glob.ts";
import { ociText, toOci } from "../../../src/plan/oci.ts";
import { differences } from "./differences.ts";
import { facts, hierarchyV1, plan } from "./fixtures.ts";

const repository = join(import.meta.dir, "../../..");
const shared = join(repository, "../shared");
const policy = readFileSync(join(repository, "zig/src/sandbox/seccomp/policy.txt"), "utf8");

/** What the comparison reads of either document. */
interface Document {
  readonly process: {
    readonly user: { readonly uid: number; readonly gid: number };
    readonly args: readonly string[];
    readonly env: readonly string[];
    readonly cwd: string;
    readonly capabilities?: Readonly<Record<string, readonly string[]>>;
    readonly rlimits?: readonly {
      readonly type: string;
      readonly soft: number;
      readonly hard: number;
    }[];
    readonly noNewPrivileges?: boolean;
  };
  readonly root: { readonly readonly?: boolean };
  readonly mounts: readonly {
    readonly destination: string;
    readonly type: string;
    readonly source: string;
    readonly options?: readonly string[];
  }[];
  readonly linux: {
    readonly resources: Readonly<Record<string, unknown>>;
    readonly cgroupsPath: string;
    readonly namespaces: readonly { readonly type: string }[];
    readonly rootfsPropagation: string;
    readonly maskedPaths?: readonly string[];
    readonly readonlyPaths?: readonly string[];
    readonly seccomp?: {
      readonly defaultAction: string;
      readonly architectures: readonly string[];
      readonly syscalls: readonly { readonly names: readonly string[] }[];
    };
  };
}

const used = new Set<string>();

/** A document as lines, one for each thing it says, so that order does not matter. */
function linesOf({ process, root, mounts, linux }: Document): Set<string> {
  const capabilities = Object.entries(process.capabilities ?? {});
  return new Set([
    `user ${process.user.uid}:${process.user.gid}`,
    ...process.args.map((arg) => `arg ${arg}`),
    ...process.env.map((variable) => `env ${variable}`),
    `cwd ${process.cwd}`,
    ...capabilities.flatMap(([set, names]) => names.map((name) => `capability ${set} ${name}`)),
    ...(process.rlimits ?? []).map(({ type, soft, hard }) => `rlimit ${type} ${soft} ${hard}`),
    `no new privileges ${process.noNewPrivileges ?? false}`,
    ...(root.readonly === true ? ["root read-only"] : []),
    ...visible(mounts).flatMap(({ destination, type, source, options = [] }) => [
      `mount ${destination} is ${type} ${source}`,
      ...options.map((option) => `mount ${destination} option ${option}`),
    ]),
    ...Object.entries(linux.resources).map(
      ([name, value]) => `resource ${name} ${JSON.stringify(value)}`,
    ),
    `cgroup ${linux.cgroupsPath}`,
    ...linux.namespaces.map(({ type }) => `namespace ${type}`),
    `propagation ${linux.rootfsPropagation}`,
    ...(linux.maskedPaths ?? []).map((path) => `masked ${path}`),
    ...(linux.readonlyPaths ?? []).map((path) => `read-only ${path}`),
    ...(linux.seccomp?.architectures ?? []).map((name) => `seccomp architecture ${name}`),
    ...(linux.seccomp?.syscalls ?? []).map((call) => `seccomp ${JSON.stringify(call)}`),
  ]);
}

/** Of mounts at the same place, the last covers the others. */
function visible(mounts: Document["mounts"]): Document["mounts"] {
  return [...new Map(mounts.map((mount) => [mount.destination, mount])).values()];
}

/** What one side says and the other does not, for no reason listed. */
function unexplained(ours: Document, theirs: Document): string[] {
  const lines = { ours: linesOf(ours), theirs: linesOf(theirs) };
  return (["ours", "theirs"] as const).flatMap((side) => {
    const other = side === "ours" ? lines.theirs : lines.ours;
    return [...lines[side]]
      .filter((line) => !other.has(line) && !isDeliberate(side, line))
      .map((line) => `only ${side}: ${line}`);
  });
}

function isDeliberate(side: "ours" | "theirs", line: string): boolean {
  const entry = differences.find((known) => known.side === side && known.line.test(line));
  if (entry !== undefined) used.add(entry.line.source);
  return entry !== undefined;
}

/** Our document for a file, on a host that has what the other document mounts. */
function documentFor(file: string, job: string, process: string, theirs: Document): Document {
  const parsed = parseConfig(readFileSync(file, "utf8"), { file, job });
  const config = parsed.processes.find(({ name }) => name === process);
  if (config === undefined) throw new Error(`${file} has no process ${process}`);
  const ownConfig = `/var/vcap/jobs/${job}/config`;
  const tree = treeOf([...theirs.mounts.map(({ source }) => source), ownConfig]);
  const planned = plan({
    paths: processPaths({ root: "/var/vcap" }, job, process),
    config,
    facts: facts({
      cgroups: [hierarchyV1("memory", "pids", "devices")],
      unrestricted: config.unrestrictedVolumes.map(({ path }) => glob(path, tree)),
    }),
  });
  return JSON.parse(ociText(toOci(planned, config.limits, policy)));
}

/** A file system of these paths, for globs. */
function treeOf(paths: readonly string[]) {
  const all = new Set(
    paths.flatMap((path) => {
      const components = path.split("/");
      return components.map((_, end) => components.slice(0, end + 1).join("/") || "/");
    }),
  );
  return {
    list: (directory: string) =>
      [...all]
        .filter((path) => path !== "/" && posix.dirname(path) === directory)
        .map((path) => posix.basename(path)),
    exists: (path: string) => all.has(path),
  };
}

interface Case {
  readonly name: string;
  readonly file: string;
  readonly job: string;
  readonly process: string;
  readonly theirs: Document;
}

/** `NAME.bpm.yml` beside `NAME.config.json`; NAME is the job's, or `JOB--PROCESS`. */
function specCases(): Case[] {
  const specs = join(shared, "reference/specs");
  if (!existsSync(specs)) return [];
  return readdirSync(specs)
    .filter((name) => name.endsWith(".bpm.yml"))
    .map((name) => {
      const base = name.slice(0, -".bpm.yml".length);
      const [job = base, process = job] = base.split("--");
      const theirs = JSON.parse(readFileSync(join(specs, `${base}.config.json`), "utf8"));
      return { name: base, file: join(specs, name), job, process, theirs };
    });
}

/** Rendered files of public releases. Their documents leave out the seccomp filter. */
function corpusCases(): Case[] {
  const corpus = join(shared, "reference/corpus-specs.jsonl");
  if (!existsSync(corpus)) return [];
  return readFileSync(corpus, "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const { file: name, process, spec: theirs } = JSON.parse(line);
      const [, job = ""] = /jobs\/([^/]+)$/.exec(jobMountOf(theirs)) ?? [];
      const file = join(shared, "corpus/rendered", name);
      return { name: `${name} ${process}`, file, job, process, theirs };
    });
}

function jobMountOf(theirs: Document): string {
  const mount = theirs.mounts.find(
    ({ destination, options = [] }) =>
      /^\/var\/vcap\/jobs\/[^/]+$/.test(destination) && options.includes("bind"),
  );
  return mount?.destination ?? "";
}

const cases = specCases();
const corpus = corpusCases();

if (cases.length === 0 || corpus.length === 0) {
  test.skip("the documents to compare with are not on this machine", () => {});
} else {
  describe("the sandbox is that of the Go implementation, but for what is listed", () => {
    test.each(cases)("$name", ({ file, job, process, theirs }) => {
      expect(unexplained(documentFor(file, job, process, theirs), theirs)).toEqual([]);
    });

    test.each(corpus)("$name", ({ file, job, process, theirs }) => {
      const ours = documentFor(file, job, process, theirs);
      const { seccomp: _, ...linux } = ours.linux;
      expect(unexplained({ ...ours, linux }, theirs)).toEqual([]);
    });

    test("and every difference that is listed is one", () => {
      expect(differences.filter(({ line }) => !used.has(line.source))).toEqual([]);
    });
  });
}
