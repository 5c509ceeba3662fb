/** Names of jobs and processes become parts of paths that root writes. */

import { posix } from "node:path";
import { boshRoot } from "../../../src/bosh/paths.ts";
import { processPaths } from "../../../src/bosh/process-paths.ts";
import { idOfLeaf, isLeafOf, leafName } from "../../../src/host/leaf.ts";
import { BpmError } from "../../../src/report/errors.ts";
import { wordSalad } from "../generate.ts";
import { allow, require, type Target } from "../target.ts";

const words = ["web", "a", "A", "0", "_", "-", ".", ".2e", "bpm-", "%2f", ".pid", "job"] as const;
const root = boshRoot({});
const unique = "0123abcd";

export const names: Target = {
  name: "names",
  generate: (dice) => `${wordSalad(dice, words, 6)}\n${wordSalad(dice, words, 6)}`,
  check: (text) => {
    // Bytes of a command line that are no UTF-8 come as U+FFFD.
    if (!text.isWellFormed()) return;
    const [job = "", ...rest] = text.split("\n");
    const process = rest.join("\n");
    const paths = allow(BpmError, () => processPaths(root, job, process));
    if (paths === undefined) return;
    const { id, pidFile, stateDir, lockFile, stdoutLog } = paths;
    require(/^bpm-[\w.-]+$/.test(id), `an id with other characters: ${id}`);
    const places = [
      [pidFile, "sys/run/bpm"],
      [stateDir, "sys/run/bpm-state"],
      [lockFile, "data/bpm/locks"],
      [stdoutLog, "sys/log"],
    ] as const;
    for (const [path, directory] of places) {
      const host = path.external();
      require(posix.normalize(host) === host, `not the shortest path: ${host}`);
      require(host.startsWith(`/var/vcap/${directory}/`), `${host} is not in ${directory}`);
    }
    const leaf = leafName(paths, unique);
    require(isLeafOf(paths, leaf) && idOfLeaf(root, leaf) === id, `a leaf is not found: ${leaf}`);
  },
};
