import { describe, expect, test } from "bun:test";
import { type Found, followResolver } from "../../../src/host/resolver.ts";
import { resolverMounts } from "../../../src/plan/resolver-mounts.ts";

const system = ["/bin", "/etc", "/lib", "/usr"];

interface Host {
  /** Links and what they hold; every other path that is needed exists unless it is `missing`. */
  readonly links?: Readonly<Record<string, string>>;
  readonly missing?: readonly string[];
  readonly directories?: readonly string[];
  readonly mountPoints?: readonly string[];
  readonly root?: string;
}

/** The binds for a host, as `source` or `source at target`. */
function binds(host: Host): string[] {
  const directories = [...system, ...(host.directories ?? [])];
  const find = (path: string): Found => {
    const link = host.links?.[path];
    if (link !== undefined) return { link };
    return host.missing?.includes(path) ? "nothing" : "other";
  };
  const mounts = (host.mountPoints ?? []).map((mountPoint) => ({
    root: "/",
    mountPoint,
    type: "ext4",
    superOptions: [],
    readOnly: false,
  }));
  const resolver = followResolver(directories, find);
  const root = { root: host.root ?? "/var/vcap" };
  const planned = resolverMounts({ directories, resolver, mounts }, root);
  return planned.map(({ mount: { source, target } }) =>
    source === target ? source : `${source} at ${target}`,
  );
}

describe("what is bound so that names can be resolved inside", () => {
  const rows: [string, Host, string[]][] = [
    ["nothing for a plain file: /etc is there", {}, []],
    ["nothing when there is no resolv.conf", { missing: ["/etc/resolv.conf"] }, []],
    [
      "systemd-resolved's directory",
      {
        directories: ["/run/systemd/resolve"],
        links: { "/etc/resolv.conf": "../run/systemd/resolve/stub-resolv.conf" },
      },
      ["/run/systemd/resolve"],
    ],
    [
      "both known directories, though no link leads there",
      {
        directories: ["/run/systemd/resolve", "/run/resolvconf"],
      },
      ["/run/resolvconf", "/run/systemd/resolve"],
    ],
    [
      "any other directory that a resolver writes to",
      {
        links: { "/etc/resolv.conf": "/run/NetworkManager/resolv.conf" },
      },
      ["/run/NetworkManager"],
    ],
    [
      "the directory of a file that is not there yet",
      {
        links: { "/etc/resolv.conf": "/run/NetworkManager/resolv.conf" },
        missing: ["/run/NetworkManager/resolv.conf"],
      },
      ["/run/NetworkManager"],
    ],
    [
      "nothing when not even the directory is there",
      {
        links: { "/etc/resolv.conf": "/run/NetworkManager/resolv.conf" },
        missing: ["/run/NetworkManager"],
      },
      [],
    ],
    [
      "every directory of a chain of links",
      {
        links: {
          "/etc/resolv.conf": "/run/a/resolv.conf",
          "/run/a/resolv.conf": "../b/current",
          "/run/b/current": "/run/c/d/resolv.conf",
        },
      },
      ["/run/a", "/run/b", "/run/c/d"],
    ],
    [
      "each directory once",
      {
        links: {
          "/etc/resolv.conf": "/run/a/one",
          "/run/a/one": "two",
          "/run/a/two": "/etc/three",
          "/etc/three": "/run/a/four",
        },
      },
      ["/run/a"],
    ],
    [
      "nothing for a chain that stays in /etc and /usr",
      {
        links: { "/etc/resolv.conf": "dns/resolv.conf", "/etc/dns": "../usr/lib/dns" },
      },
      [],
    ],
    [
      "nothing behind a system directory that is a link",
      {
        links: { "/etc/resolv.conf": "/lib/systemd/resolv.conf", "/lib": "usr/lib" },
      },
      [],
    ],
    [
      "what a link to a directory in /etc leads to, as the sandbox follows it too",
      {
        links: { "/etc/resolv.conf": "dns/run/resolv.conf", "/etc/dns/run": "/run/dns" },
      },
      ["/run/dns"],
    ],
    [
      "the real directory by the name of a link that the sandbox has not got",
      {
        links: { "/etc/resolv.conf": "/var/run/dns/resolv.conf", "/var/run": "/run" },
      },
      ["/run/dns at /var/run/dns"],
    ],
    [
      "relative links behind such a name, from where each side stands",
      {
        links: {
          "/etc/resolv.conf": "/var/run/dns/resolv.conf",
          "/var/run": "/run",
          "/run/dns/resolv.conf": "../other/resolv.conf",
        },
      },
      ["/run/dns at /var/run/dns", "/run/other at /var/run/other"],
    ],
    [
      "nothing more for a known directory under its own name",
      {
        directories: ["/run/resolvconf"],
        links: { "/etc/resolv.conf": "dns/run/resolv.conf", "/etc/dns/run": "/run/resolvconf" },
      },
      ["/run/resolvconf"],
    ],
    [
      "the file alone in a directory of many services",
      {
        links: { "/etc/resolv.conf": "/run/resolv.conf" },
      },
      ["/run/resolv.conf"],
    ],
    [
      "the file alone in /run/systemd",
      {
        links: { "/etc/resolv.conf": "/run/systemd/resolv.conf" },
      },
      ["/run/systemd/resolv.conf"],
    ],
    [
      "the file alone in somebody's home",
      {
        links: { "/etc/resolv.conf": "/root/dns/resolv.conf" },
      },
      ["/root/dns/resolv.conf"],
    ],
    [
      "the file alone in the BOSH root",
      {
        root: "/srv/bosh",
        links: { "/etc/resolv.conf": "/srv/bosh/data/dns/resolv.conf" },
      },
      ["/srv/bosh/data/dns/resolv.conf"],
    ],
    [
      "no file that does not exist",
      {
        links: { "/etc/resolv.conf": "/run/resolv.conf" },
        missing: ["/run/resolv.conf"],
      },
      [],
    ],
    [
      "single files that a container manager has mounted",
      {
        mountPoints: ["/etc/resolv.conf", "/etc/hosts", "/etc/hostname"],
      },
      ["/etc/resolv.conf", "/etc/hosts"],
    ],
    [
      "a directory mounted below /etc",
      {
        links: { "/etc/resolv.conf": "dns/run/resolv.conf" },
        mountPoints: ["/etc/dns"],
      },
      ["/etc/dns/run"],
    ],
    [
      "nothing for links that lead in a circle",
      {
        links: { "/etc/resolv.conf": "resolv.other", "/etc/resolv.other": "resolv.conf" },
      },
      [],
    ],
  ];
  test.each(rows)("%s", (_, host, expected) => {
    expect(binds(host)).toEqual(expected);
  });
});

test("what is bound is read-only and runs nothing", () => {
  const [bound] = resolverMounts(
    {
      directories: ["/run/resolvconf"],
      resolver: [],
      mounts: [],
    },
    { root: "/var/vcap" },
  );
  expect(bound).toEqual({
    mount: {
      type: "bind",
      source: "/run/resolvconf",
      target: "/run/resolvconf",
      recursive: false,
      read_only: true,
      no_exec: true,
      no_suid: true,
      no_dev: true,
      propagation: "slave",
      device_node: false,
      options: [],
    },
    origin: { kind: "resolver" },
  });
});
