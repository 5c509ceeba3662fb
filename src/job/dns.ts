/** The numbers that a director's database gives to what names of BOSH DNS speak of. */
import { type Hash, isHash, type Value } from "./value.ts";

export interface DnsIds {
  readonly azs: Readonly<Record<string, number>>;
  readonly networks: Readonly<Record<string, number>>;
  /** Keyed by `link/NAME/DEPLOYMENT` and `instance-group/NAME/DEPLOYMENT`. */
  readonly groups: Readonly<Record<string, number>>;
}

const usualAzs = ["z1", "z2", "z3"];

/**
 * Numbers for everything that a job's links and its instance name, in a stable order; `provided`:
 * the groups of links that the job itself provides.
 */
export function dnsIds(azOfInstance: Value, links: Hash, provided: readonly string[]): DnsIds {
  const all = [...links.values()].filter(isHash);
  const azs = all.flatMap((link) => instancesOf(link).map((instance) => instance.get("az")));
  const networks = all.map((link) => link.get("default_network"));
  const groups = all.flatMap((link) => [
    `instance-group/${text(link, "instance_group")}/${text(link, "deployment_name")}`,
    `link/${text(link, "group_name")}/${text(link, "deployment_name")}`,
  ]);
  return {
    azs: numbered([...usualAzs, azOfInstance, ...azs]),
    networks: numbered(networks),
    groups: numbered([...provided, ...groups]),
  };
}

/** From 1 on. `z7` gets 7, wherever it stands: so people expect it. */
function numbered(names: readonly (Value | undefined)[]): Record<string, number> {
  const known = [...new Set(names.filter((name) => typeof name === "string"))];
  const ofName = (name: string) => Number(/^z([1-9]\d{0,3})$/.exec(name)?.[1] ?? 0);
  const taken = new Set(known.map(ofName));
  let next = 0;
  return Object.fromEntries(
    known.map((name) => {
      if (ofName(name) > 0) return [name, ofName(name)];
      do next += 1;
      while (taken.has(next));
      return [name, next];
    }),
  );
}

function instancesOf(link: Hash): Hash[] {
  const instances = link.get("instances") ?? null;
  return Array.isArray(instances) ? instances.filter(isHash) : [];
}

function text(link: Hash, key: string): string {
  return String(link.get(key) ?? "");
}
