/** What `spec` says in a template: the instance that a job is rendered for. */
import { UsageError } from "../report/errors.ts";
import { quote } from "../report/escape.ts";
import { type Hash, hash, type Value } from "./value.ts";

/** The part of a template's `spec` that is not properties, links and release. */
export type Instance = Hash;

/** A machine of its own: everything that a template may ask for has a value. */
export function standardInstance(job: string): Instance {
  return hash({
    deployment: "local",
    job: { name: job },
    index: 0,
    bootstrap: true,
    name: job,
    id: "00000000-0000-0000-0000-000000000000",
    az: "z1",
    networks: {
      default: {
        type: "manual",
        ip: "127.0.0.1",
        netmask: "255.0.0.0",
        gateway: "127.0.0.1",
        default: ["dns", "gateway"],
        cloud_properties: {},
      },
    },
    properties_need_filtering: true,
    dns_domain_name: "bosh",
    persistent_disk: 0,
    address: "127.0.0.1",
    ip: "127.0.0.1",
  });
}

/** An instance with some of its fields given. An unknown field would be no field at all. */
export function withFields(
  instance: Instance,
  fields: readonly (readonly [string, Value])[],
): Instance {
  const result = new Map(instance);
  for (const [name, value] of fields) {
    if (!instance.has(name)) {
      const known = [...instance.keys()].join(", ");
      throw new UsageError(`an instance has no ${quote(name)}, only ${known}`);
    }
    result.set(name, value);
  }
  return result;
}

/** All that `spec` says. */
export function templateSpec(
  instance: Instance,
  { properties, links, release }: { properties: Hash; links: Hash; release: Hash },
): Hash {
  return new Map<Value, Value>([
    ...instance,
    ["properties", properties],
    ["links", links],
    ["release", release],
  ]);
}
