/** Everything that is fuzzed. */

import { configuration } from "./targets/configuration.ts";
import { core } from "./targets/core.ts";
import { flags } from "./targets/flags.ts";
import { logs } from "./targets/logs.ts";
import { names } from "./targets/names.ts";
import { entries, exits, states } from "./targets/notes.ts";
import type { Target } from "./target.ts";

export const targets: readonly Target[] = [
  configuration, flags, names, states, entries, exits, logs, core,
];
