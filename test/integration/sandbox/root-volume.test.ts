/** The host's root as a volume: the host as it is, below what every sandbox has of its own. */

import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { BoshRoot } from "../../support/bosh-root.ts";
import { mustRun } from "../../support/command.ts";
import { isSandboxed } from "../../support/product.ts";

/** A /dev, a /srv and a /home of this test's own: what a volume `/` may do to them stays here. */
const stage = `
  set -e
  mount -t tmpfs -o mode=755 tmpfs /home && mkdir -m 755 /home/somebody
  mount -t tmpfs -o mode=755 tmpfs /srv && echo precious >/srv/file
  mount -t tmpfs -o mode=755 tmpfs /mnt && mkdir /mnt/pts /mnt/shm /mnt/mqueue
  mknod -m 666 /mnt/null c 1 3; mknod -m 666 /mnt/ptmx c 5 2; mknod -m 600 /mnt/own c 1 5
  mount --move /mnt /dev
`;

/** What is on the host, to be the same afterwards. */
const look =
  "stat -c '%n %a %u %i %t:%T' /dev /dev/null /dev/ptmx; " +
  "find /srv /home /var -maxdepth 2 -not -path '/var/vcap/*' | sort";

/** Without a /var/vcap, and with a few things in /var. */
const bareVar = `
  mount -t tmpfs -o mode=755 tmpfs /var
  mkdir /var/cache /var/tmp /var/lib && echo cached >/var/cache/file && ln -s ../run /var/run
`;

/** What a script prints in the sandbox; the host has to be the same afterwards. */
async function inside(
  root: BoshRoot,
  text: string,
  { setup = "", job = {}, volume = {} }: { setup?: string; job?: object; volume?: object } = {},
): Promise<string> {
  const unsafe = { unrestricted_volumes: [{ path: "/", ...volume }] };
  root.job("web", { executable: "/bin/sh", args: ["-c", text], unsafe, ...job });
  const script = `${stage}${setup}
    before=$(${look}); BPM_BOSH_ROOT=${root.path} ${root.bpmProgram} run web
    [ "$before" = "$(${look})" ] || { echo changed: "$before" "$(${look})"; exit 9; }`;
  const namespace = ["unshare", "--mount", "--propagation", "private", "bash", "-c"];
  return (await mustRun([...namespace, script])).stdout;
}

const hosts: [name: string, path: string | undefined, setup: string][] = [
  ["a BOSH root at its usual place", "/var/vcap", ""],
  ["a BOSH root elsewhere", undefined, ""],
  ["a BOSH root elsewhere and no /var/vcap", undefined, bareVar],
];

describe.skipIf(!isSandboxed)("The root as a volume, with", () => {
  test.each(hosts)("%s, shows the host", async (_, path, setup) => {
    await using root = new BoshRoot(path);
    const text = "ls -d /home/* /srv/*; cat /srv/file /etc/passwd | head -2; ls /var; ls";
    const printed = await inside(root, text, { setup });
    const [first] = readFileSync("/etc/passwd", "utf8").split("\n");
    expect(printed).toStartWith(`/home/somebody\n/srv/file\nprecious\n${first}\n`);
    expect(printed).toContain("\ncache\n");
    expect(printed).toContain("\nvcap\n");
    expect(printed).toEndWith("\nconfig\n");
    if (setup === "") return;
    expect(await inside(root, "cat /var/cache/file; readlink /var/run", { setup })).toBe(
      "cached\n../run\n",
    );
  });

  test.each(hosts)("%s, has what every sandbox has on top", async (_, path, setup) => {
    await using root = new BoshRoot(path);
    const text = `
      cat /proc/1/comm; ls /dev | grep -c own; echo lost >/dev/null; echo kept >$TMPDIR/file
      cat /tmp/file; ls /sys/firmware | grep -c .; wc -c </proc/keys
      echo x >/proc/sys/kernel/hostname; touch /var/vcap/sys/log/web/own && echo logged`;
    expect(await inside(root, text, { setup })).toBe("bpm-init\n0\nkept\n0\n0\nlogged\n");
  });

  test.each(hosts)("%s, is read-only unless it is writable", async (_, path, setup) => {
    await using root = new BoshRoot(path);
    const job = { capabilities: ["DAC_OVERRIDE", "CHOWN"] };
    const touch = "touch /new /srv/new /var/cache/new 2>&1 | grep -o 'Read-only.*'; :";
    expect(await inside(root, touch, { setup, job })).toBe("Read-only file system\n".repeat(3));
    const write = "touch /srv/new && ls /srv && rm /srv/new; touch /usr/new 2>&1 | tail -c 22";
    const printed = await inside(root, write, { setup, job, volume: { writable: true } });
    expect(printed).toBe("file\nnew\nRead-only file system\n");
  });

  test("programs runs them only with allow_executions", async () => {
    await using root = new BoshRoot();
    const setup = "cp /bin/true /home/somebody/program\n";
    const text = "/home/somebody/program && echo ran || echo refused";
    expect(await inside(root, text, { setup })).toBe("refused\n");
    expect(await inside(root, text, { setup, volume: { allow_executions: true } })).toBe("ran\n");
  });

  test("shared mounts stays one, and sends nothing of the sandbox's own", async () => {
    await using root = new BoshRoot();
    const setup = "mount --make-shared /\n";
    const text = "grep -c ' / / .* shared:' /proc/self/mountinfo";
    expect(await inside(root, text, { setup, volume: { shared: true } })).toBe("1\n");
  });
});
