/** The fuzzer by itself: the same seed gives the same inputs, and findings are made small. */

import { describe, expect, test } from "bun:test";
import { shrink } from "../fuzz/shrink.ts";
import { targets } from "../fuzz/targets.ts";
import { Dice } from "./config/dice.ts";

const inputs = 100;
/** It needs the built library. */
const elsewhere = ["core"];

describe("A target of the fuzzer", () => {
  const all = targets.map((target) => [target.name, target] as const);
  test.each(all)("%s is reproducible", (_, target) => {
    for (let seed = 0; seed < inputs; seed += 1) {
      expect(target.generate(new Dice(seed))).toBe(target.generate(new Dice(seed)));
    }
  });

  const here = all.filter(([name]) => !elsewhere.includes(name));
  test.each(here)("%s finds nothing", async (_, target) => {
    for (let seed = 0; seed < inputs; seed += 1) {
      await target.check(target.generate(new Dice(seed)));
    }
  });
});

test("A finding is made as small as it can be and still fails", async () => {
  const fails = async (text: string) => text.includes("a") && text.includes("b");
  expect(await shrink("xxaxxxxxxxxxxxxxbxx", fails)).toBe("ab");
});
