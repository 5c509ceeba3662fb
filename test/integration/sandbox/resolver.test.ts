import { describe, expect, test } from "bun:test";
import { BoshRoot } from "../../support/bosh-root.ts";
import { mustRun } from "../../support/command.ts";
import { script } from "../../support/inside.ts";
import { isSandboxed } from "../../support/product.ts";

/** Runs a job's script after `preparation`, in a mount namespace of its own with an empty /run. */
async function withRun(root: BoshRoot, preparation: string, job: string): Promise<string> {
  root.job("web", script(job));
  const commands = `mount -t tmpfs run /run && ${preparation} && ${root.bpmProgram} run web`;
  const argv = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", commands];
  return (await mustRun(argv, { env: root.environment() })).stdout;
}

describe.skipIf(!isSandboxed)("The resolver's directories", () => {
  test.each(["/run/resolvconf", "/run/systemd/resolve"])(
    "%s is mounted where it exists",
    async (path) => {
      await using root = new BoshRoot();
      const preparation = `mkdir -p ${path} && echo nameserver > ${path}/resolv.conf`;
      const look = `cat ${path}/resolv.conf; grep ' ${path} ' /proc/self/mountinfo | cut -d' ' -f6`;
      expect(await withRun(root, preparation, look)).toBe(
        "nameserver\nro,nosuid,nodev,noexec,relatime\n",
      );
    },
  );

  test("are not there where they do not exist", async () => {
    await using root = new BoshRoot();
    expect(await withRun(root, "true", "ls /run 2>/dev/null; :")).toBe("");
  });
});

/** What a job reads before and after a change on the host; all files of the host's are its own. */
async function readTwice(root: BoshRoot, layout: string, change: string): Promise<string> {
  root.job(
    "web",
    script(`
    cat /etc/resolv.conf
    touch $TMPDIR/seen; until [ -e $TMPDIR/go ]; do sleep 0.02; done
    cat /etc/resolv.conf
  `),
  );
  const tmp = root.at("data/web/tmp");
  const commands = `
    cp --archive /etc ${root.path}/etc; mount --bind ${root.path}/etc /etc
    mount -t tmpfs run /run
    rm -f /etc/resolv.conf; mkdir /run/a /run/b; echo first >/run/b/end
    ${layout}
    ${root.bpmProgram} run web &
    until [ -e ${tmp}/seen ]; do sleep 0.02; done
    echo second >/run/b/new
    ${change}
    touch ${tmp}/go
    wait`;
  const argv = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", commands];
  return (await mustRun(argv, { env: root.environment() })).stdout;
}

describe.skipIf(!isSandboxed)("resolv.conf is there and stays current", () => {
  const relative = "ln -s ../run/a/1 /etc/resolv.conf; ln -s 2 /run/a/1; ln -s ../b/end /run/a/2";
  const absolute = "ln -s /run/a/1 /etc/resolv.conf; ln -s /run/b/end /run/a/1";
  const viaDirectory = "ln -s /run/b /run/link; ln -s /run/link/end /etc/resolv.conf";
  const rename = "mv /run/b/new /run/b/end";
  const replace = (link: string, target: string) =>
    `ln -s ${target} /run/fresh; mv --no-target-directory /run/fresh ${link}`;
  const chains: [what: string, layout: string, change: string][] = [
    ["a chain of relative links, its end replaced", relative, rename],
    ["a chain of absolute links, its end replaced", absolute, rename],
    ["a link through a link to a directory, its end replaced", viaDirectory, rename],
    ["a chain, a link of it replaced", relative, replace("/run/a/1", "../b/new")],
    ["a chain, its beginning replaced", relative, replace("/etc/resolv.conf", "../run/b/new")],
    ["a file, replaced", "cp /run/b/end /etc/resolv.conf", "mv /run/b/new /etc/resolv.conf"],
    [
      "a mount of the file alone, written to",
      "touch /etc/resolv.conf; mount --bind /run/b/end /etc/resolv.conf",
      "cat /run/b/new >/run/b/end",
    ],
  ];
  test.each(chains)("as %s", async (_, layout, change) => {
    await using root = new BoshRoot();
    expect(await readTwice(root, layout, change)).toBe("first\nsecond\n");
  });
});
