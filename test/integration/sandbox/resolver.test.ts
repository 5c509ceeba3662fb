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
