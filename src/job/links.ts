/** Links as they are given by hand: in the form of a manifest's manual links, and completed. */
import { BpmError } from "../report/errors.ts";
import { quote } from "../report/escape.ts";
import type { Finding } from "./finding.ts";
import type { Instance } from "./instance.ts";
import type { ConsumedLink, JobSpec } from "./spec.ts";
import { type Hash, hash, isHash, type Value } from "./value.ts";

type LinkName = Pick<ConsumedLink, "name" | "type">;

/** The links that a job is rendered with, completed where something is left out. */
export function completeLinks(
  consumed: readonly LinkName[],
  given: Hash,
  instance: Instance,
): Hash {
  const links: Hash = new Map();
  for (const [name, fields] of given) {
    if (fields === null) continue;
    const type = consumed.find((link) => link.name === name)?.type ?? String(name);
    links.set(name, completeLink({ name: String(name), type }, fields, instance));
  }
  return links;
}

/** The links that were given although the job does not consume them. */
export function unusedLinks(consumed: readonly LinkName[], given: Hash): string[] {
  const names = new Set<Value>(consumed.map(({ name }) => name));
  return [...given.keys()].filter((name) => !names.has(name)).map(String);
}

function completeLink({ name, type }: LinkName, given: Value, instance: Instance): Hash {
  const instances = isHash(given) ? (given.get("instances") ?? []) : null;
  if (!isHash(given) || !Array.isArray(instances)) {
    const form = "{instances: [{address: …}], properties: {…}}";
    throw new BpmError("invalid-link", `the link ${quote(name)} must have the form ${form}`);
  }
  const standard = hash({
    deployment_name: instance.get("deployment") as string,
    domain: instance.get("dns_domain_name") as string,
    default_network: "default",
    networks: ["default"],
    use_short_dns_addresses: false,
    use_link_dns_names: false,
    instance_group: name,
    group_name: `${name}-${type}`,
  });
  return new Map<Value, Value>([
    ...standard,
    ["properties", new Map()],
    ...given,
    ["instances", instances.map((one, index) => completeInstance(name, one, index))],
  ]);
}

function completeInstance(link: string, given: Value, index: number): Hash {
  if (!isHash(given)) {
    const problem = "has an instance that is no mapping";
    throw new BpmError("invalid-link", `the link ${quote(link)} ${problem}`);
  }
  const standard = hash({
    name: link,
    index,
    id: `00000000-0000-0000-0000-${String(index).padStart(12, "0")}`,
    az: "z1",
    address: "127.0.0.1",
    bootstrap: index === 0,
  });
  return new Map([...standard, ...given]);
}

/** What keeps a director from deploying the job: links that it needs and nobody gave. */
export function missingLinks({ consumes, file, name: job }: JobSpec, given: Hash): Finding[] {
  const missing = consumes.filter(({ name, optional }) => !optional && !given.has(name));
  return missing.map(({ name, type, position }) => ({
    file,
    line: position.line,
    column: position.column,
    severity: "error",
    rule: "link",
    message: `no link ${quote(name)} of type ${quote(type)} is given, and it is not optional`,
    hint: "give it with --links FILE",
    director:
      `Failed to resolve link '${name}' with type '${type}' from job '${job}' in instance ` +
      `group '${job}'. Details below: - No link providers found`,
  }));
}
