/** All protections of bpm's that a mutation run takes away. */

import type { Mutation } from "../mutation.ts";
import { commands } from "./commands.ts";
import { confinement } from "./confinement.ts";
import { embedded } from "./embedded.ts";
import { files } from "./files.ts";
import { host } from "./host.ts";
import { plans } from "./plans.ts";

export const mutations: readonly Mutation[] = [
  ...confinement,
  ...files,
  ...embedded,
  ...plans,
  ...host,
  ...commands,
];
