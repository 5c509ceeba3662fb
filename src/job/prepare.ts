/** From a job's directory and what an operator gives to what a Ruby has to evaluate. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BpmError } from "../report/errors.ts";
import { quote } from "../report/escape.ts";
import { bindProperties } from "./bind.ts";
import type { JobDirectory } from "./directory.ts";
import { type DnsIds, dnsIds } from "./dns.ts";
import { readAuthorFile, territoryOf } from "./files.ts";
import { type Instance, standardInstance, templateSpec, withFields } from "./instance.ts";
import { completeLinks } from "./links.ts";
import type { TemplateText, Unit } from "./renderer/unit.ts";
import { type JobSpec, readSpec, requireValid } from "./spec.ts";
import { type Hash, hash, type Value } from "./value.ts";

export interface Given {
  readonly properties: Hash;
  readonly links: Hash;
  /** Fields of the instance that are not as usual. */
  readonly instance: readonly (readonly [string, Value])[];
}

export interface PreparedFile {
  /** As the spec names it, or "monit". */
  readonly source: string;
  /** Below the job's directory on a machine. */
  readonly destination: string;
  /** The template's path, for messages. */
  readonly path: string;
}

export interface PreparedJob {
  readonly directory: JobDirectory;
  readonly spec: JobSpec;
  readonly files: readonly PreparedFile[];
  readonly unit: Unit;
}

/** Reads a job and everything that belongs to it, and binds what is given. */
export function prepareJob(directory: JobDirectory, given: Given): PreparedJob {
  const spec = readSpec(directory.path);
  requireValid(spec);
  const instance = withFields(standardInstance(spec.name), given.instance);
  const files = filesOf(spec, directory.path);
  return {
    directory,
    spec,
    files,
    unit: {
      ...unitOf(spec, instance, given),
      templates: files.map((file) => readTemplate(file, directory.path)),
    },
  };
}

/** The monit file, which the director renders first, and the templates in the spec's order. */
export function filesOf(spec: JobSpec, directory: string): PreparedFile[] {
  const monit = { source: "monit", destination: "monit", path: join(directory, "monit") };
  if (!existsSync(monit.path)) {
    const advice = "a job without processes has an empty one";
    throw new BpmError("no-monit", `${monit.path} is missing; ${advice}`);
  }
  const templates = spec.templates.map(({ source, destination, position }) => {
    if (!isInside(destination)) {
      const place = `${spec.file}:${position.line}:${position.column}`;
      const problem = `${quote(destination)} is outside the job's directory`;
      throw new BpmError("outside", `${place}: ${problem}`);
    }
    return { source, destination, path: join(directory, "templates", source) };
  });
  return [monit, ...templates];
}

function unitOf(spec: JobSpec, instance: Instance, given: Given): Omit<Unit, "templates"> {
  const links = completeLinks(spec.consumes, given.links, instance);
  const properties = bindProperties(spec.properties, given.properties);
  const release = hash({ name: "local", version: "0" });
  const deployment = String(instance.get("deployment"));
  const provided = spec.provides.map((link) => `link/${link.name}-${link.type}/${deployment}`);
  return {
    job: spec.name,
    spec: templateSpec(instance, { properties, links, release }),
    dns: dnsIds(instance.get("az") ?? null, links, provided),
  };
}

function readTemplate({ source, path }: PreparedFile, directory: string): TemplateText {
  const bytes = readAuthorFile(path, territoryOf(directory));
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { source, text: decoder.decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new BpmError("not-text", `${path} is no UTF-8 text`);
  }
}

function isInside(destination: string): boolean {
  const parts = destination.split("/");
  return destination !== "" && parts[0] !== "" && !parts.includes("..");
}

/** What the agent finds in `.bosh/links.json`: the links that the job provides. */
export function linksFile(spec: JobSpec, deployment: string, ids: DnsIds["groups"]): string {
  const links = spec.provides.map(({ name, type }) => ({
    name,
    type,
    group: String(ids[`link/${name}-${type}/${deployment}`] ?? ""),
  }));
  const sorted = links.sort((one, other) => (one.group < other.group ? -1 : 1));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}
