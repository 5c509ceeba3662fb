/** All protections of bpm's that a mutation run takes away. */

import { commands } from "./commands.ts";
import { confinement } from "./confinement.ts";
import { embedded } from "./embedded.ts";
import { files } from "./files.ts";
import { host } from "./host.ts";
import { plans } from "./plans.ts";
import type { Mutation } from "../mutation.ts";

export const mutations: readonly Mutation[] = [
  ...confinement, ...files, ...embedded, ...plans, ...host, ...commands,
];
