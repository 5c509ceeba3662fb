/**
 * Every system call of start, stop, run and exec as the last one, or failing: here some of them,
 * others each day; all of them with `npm run test:matrix`.
 */

import { describe, expect, test } from "bun:test";
import { commands, pointsOfCommand, tryPoints } from "../matrix/commands.ts";
import { sample } from "../matrix/points.ts";
import { isSandboxed } from "../support/product.ts";

const sampleSize = 12;
const today = Math.floor(Date.now() / 86_400_000);

describe.skipIf(!isSandboxed)("All is put right wherever a call is the last one, or fails,", () => {
  const rows = commands.map((command) => [command.name, command] as const);
  test.each(rows)("of bpm %s", async (name, command) => {
    const all = await pointsOfCommand(command);
    const points = sample(all, sampleSize, today);
    console.log(`bpm ${name}: ${points.length} of ${all.length} points, those of day ${today}`);
    const problems: string[] = [];
    await tryPoints(
      command,
      () => points.shift(),
      (problem) => {
        if (problem !== undefined) problems.push(problem);
      },
    );
    expect(problems).toEqual([]);
  });
});

describe("A sample of points", () => {
  test("is spread, and another one each turn", () => {
    const points = Array.from({ length: 100 }, (_, index) => index);
    expect(sample(points, 10, 0)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
    expect(sample(points, 10, 13)).toEqual([3, 13, 23, 33, 43, 53, 63, 73, 83, 93]);
  });
});
