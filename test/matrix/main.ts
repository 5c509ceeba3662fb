/** The whole matrix: how many points there are, and at which of them something is not put right. */

import { parseArgs } from "node:util";
import { commands, pointsOfCommand, tryPoints } from "./commands.ts";
import { sample } from "./points.ts";

const workers = 2;
const { values: flags, positionals: wanted } = parseArgs({
  options: { every: { type: "string", default: "1" }, turn: { type: "string", default: "0" } },
  allowPositionals: true,
});
const chosen = commands.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

let tried = 0;
let failed = 0;
for (const command of chosen) {
  const all = await pointsOfCommand(command);
  const kills = all.filter(({ how }) => how === "signal=KILL").length;
  const points = sample(all, Math.ceil(all.length / Number(flags.every)), Number(flags.turn));
  console.log(
    `bpm ${command.name}: ${kills} calls to be killed at, ${all.length - kills} faults; ` +
      `${points.length} of these points are tried`,
  );
  const worker = () =>
    tryPoints(
      command,
      () => points.shift(),
      (problem) => {
        tried += 1;
        if (problem === undefined) return;
        failed += 1;
        console.log(`(fail) ${problem}`);
      },
    );
  await Promise.all(Array.from({ length: workers }, worker));
}
console.log(`\n${tried} points, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
