/** Everything that is fuzzed. */

import type { Target } from "./target.ts";
import { configuration } from "./targets/configuration.ts";
import { core } from "./targets/core.ts";
import { flags } from "./targets/flags.ts";
import { logs } from "./targets/logs.ts";
import { names } from "./targets/names.ts";
import { entries, exits, states } from "./targets/notes.ts";

export const targets: readonly Target[] = [
  configuration,
  flags,
  names,
  states,
  entries,
  exits,
  logs,
  core,
];
