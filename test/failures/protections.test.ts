/** A start where the kernel lacks what a protection needs: it fails, or docs/hosts.md says why. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { BoshRoot } from "../support/bosh-root.ts";
import { isV2 } from "../support/cgroups.ts";
import { leftovers, nothing } from "../support/clean-up.ts";
import { isSandboxed } from "../support/product.ts";
import { find, inject, injecting, record, type TracedCall } from "../support/strace.ts";
import { type Lack, lacks } from "./protections.ts";

const job = `lacking${process.pid}`;
const limits = { memory: "64M", processes: 20 };

describe.skipIf(!isSandboxed || isV2)("On a kernel without", () => {
  let recorder: BoshRoot;
  let calls: TracedCall[] = [];

  beforeAll(async () => {
    recorder = new BoshRoot();
    recorder.job(job, { args: ["exit", "0"], limits });
    calls = await record(recorder, ["start", job], [...new Set(lacks.map(({ call }) => call))]);
    await recorder.stop(job);
  });
  afterAll(async () => recorder[Symbol.asyncDispose]());

  const rows = lacks.map(
    (lack) => [`${lack.protection} (${lack.error} of ${lack.call})`, lack] as const,
  );
  test.each(rows)(
    "%s",
    async (_, lack: Lack) => {
      await using root = new BoshRoot();
      // One that ends by itself, as strace stays with what it traces.
      root.job(job, { args: lack.says === undefined ? ["exit", "0"] : ["sleep"], limits });
      const target = find(calls, { ...lack, name: lack.call });
      const { code, stderr } = await inject(root, ["start", job], target, `error=${lack.error}`);
      if (lack.says === undefined) {
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        return root.stop(job);
      }
      expect(code).toBe(1);
      expect(stderr).toMatch(lack.says);
      expect(stderr).toContain(lack.error);
      expect(leftovers(root)).toEqual(nothing);
    },
    injecting,
  );
});
