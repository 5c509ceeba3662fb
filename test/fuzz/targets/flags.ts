/** Command lines with -v and -e: taken for what they say, or refused. */

import { readArguments } from "../../../src/cli/arguments.ts";
import { parseEnvFlag, parseVolumeFlag } from "../../../src/config/flags.ts";
import { BpmError } from "../../../src/report/errors.ts";
import { spoil, wordSalad } from "../generate.ts";
import { allow, require, type Target } from "../target.ts";

const words = [
  "/var/vcap/",
  "data/",
  "store/",
  "web",
  "/",
  ":",
  "writable",
  ",",
  "mount_only",
  "allow_executions",
  "shared",
  "KEY",
  "=",
  "value",
  "-v",
  "-e",
  "--volume=",
  "--env",
  "-p",
  "--",
  "\n",
] as const;

const own = {
  volume: { type: "string", alias: "v", multiple: true },
  env: { type: "string", alias: "e", multiple: true },
  job: { type: "positional" },
} as const;

export const flags: Target = {
  name: "-v and -e",
  generate: (dice) =>
    dice.roll(2) === 0
      ? spoil(dice, "-v\n/var/vcap/data/x:writable,shared\n-e\nKEY=value\nweb", words)
      : wordSalad(dice, words, 14),
  check: (text) => {
    const argv = text.split("\n");
    const found = allow(BpmError, () => readArguments(own, argv));
    for (const word of [...argv, ...(found?.every.get("volume") ?? [])]) checkVolume(word);
    for (const word of [...argv, ...(found?.every.get("env") ?? [])]) checkVariable(word);
  },
};

function checkVolume(text: string): void {
  const volume = allow(BpmError, () => parseVolumeFlag(text, { job: "web" }));
  if (volume === undefined) return;
  const { path } = volume;
  require(/^\/var\/vcap\/[^]/.test(path), "a volume outside of the BOSH root");
  require(!path.split("/").includes(".."), "a volume with a way up");
  require(!/^\/var\/vcap\/(data|store)\/web$/.test(path), "the job's own directory");
  require(text.startsWith(path), "another path than was given");
}

function checkVariable(text: string): void {
  const pair = allow(BpmError, () => parseEnvFlag(text));
  if (pair === undefined) return;
  require(pair[0] !== "" && !pair[0].includes("="), "a name that is none");
  require(pair.join("=") === text, "another variable than was given");
}
